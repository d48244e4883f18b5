/** The steps that take a bridge down, in their order. Each may be taken again. */
import type { GuardStatement } from '../guard/guard-place.ts'
import { type Scope, scopeText } from '../stage.ts'
import type { CaptureRemoval } from './capture-removal.ts'

export type RetirementStep = {
  readonly what: string
} & (
  | { readonly kind: 'say' | 'await' }
  /** Of the legacy database. */
  | { readonly kind: 'guard' | 'slot' | 'publication'; readonly statements: readonly GuardStatement[] }
  /** Of Kafka Connect. */
  | { readonly kind: 'connector'; readonly request: string }
)

export interface RetirementStepsOf {
  readonly mappings: readonly RetiringMapping[]
  /** What goes with the last mapping of the source; null: another one is still at work. */
  readonly capture: { readonly connector: string; readonly removal: CaptureRemoval | null } | null
}

export interface RetiringMapping {
  readonly mapping: string
  /** Scopes of which it is still to be said, each with its epoch. */
  readonly due: readonly { readonly scope: Scope; readonly epoch: number }[]
  /** What takes its guard down. */
  readonly guard: readonly GuardStatement[]
}

export function retirementSteps({ mappings, capture }: RetirementStepsOf): readonly RetirementStep[] {
  const names = mappings.map(({ mapping }) => mapping).join(', ')
  return [
    ...mappings.flatMap(({ mapping, due }) =>
      due.map(({ scope, epoch }): RetirementStep => {
        const about = `${mapping}, scope ${scopeText(scope)}`
        return { kind: 'say', what: `the registry log is told: ${about}, native to retired, epoch ${epoch}` }
      }),
    ),
    { kind: 'await', what: `the daemon has it in force: it translates nothing of ${names} any more` },
    ...mappings.map(({ mapping, guard }): RetirementStep => {
      const what = `triggers and fence of ${mapping} are taken down in the legacy database, and with the last fence its tables`
      return { kind: 'guard', what, statements: guard }
    }),
    ...(capture === null ? [] : captureSteps(capture)),
  ]
}

function captureSteps({ connector, removal }: NonNullable<RetirementStepsOf['capture']>): readonly RetirementStep[] {
  const gone: RetirementStep = {
    kind: 'connector',
    what: `connector ${connector} is stopped and deleted`,
    request: `DELETE /connectors/${encodeURIComponent(connector)}`,
  }
  if (removal === null) return [gone]
  const { slot, publication } = removal
  return [
    gone,
    { kind: 'slot', what: slot.purpose, statements: [slot] },
    { kind: 'publication', what: publication.purpose, statements: [publication] },
  ]
}
