/** Expressions of a rule that must have a certain type, most of them never null: conditions, keys, subjects, times. */
import { describeType, type ExpressionType } from '../../expression/types/expression-type.ts'
import { reasonOf, remedy, requiredRemedy } from '../../expression/elaborate/operand-problems.ts'
import type { ExpressionSource } from '../../expression/syntax/reporter.ts'
import type { Scope } from '../../expression/types/scope.ts'
import type { Typed } from '../../expression/types/typed.ts'
import type { Evaluation } from '../compiled-mapping.ts'
import { type CheckContext, placeOf } from './check-context.ts'
import { refusePersonalData } from './personal-data.ts'

interface Role {
  /** For messages: `a key`. */
  readonly what: string
  /** The first is the one that is asked for. */
  readonly kinds: readonly [ExpressionType['kind'], ...ExpressionType['kind'][]]
  readonly nulls: 'refused' | 'taken'
}

const text = ['string', 'enum', 'uuid'] as const
export const roles = {
  condition: { what: 'a condition', kinds: ['bool'], nulls: 'refused' },
  /** Of a record: it is null where the guard is false, or null for a row that is not there. */
  guard: { what: 'a condition', kinds: ['bool'], nulls: 'taken' },
  key: { what: 'a key', kinds: text, nulls: 'refused' },
  subject: { what: 'a subject', kinds: text, nulls: 'refused' },
  time: { what: 'an event time', kinds: ['timestamp'], nulls: 'refused' },
} as const satisfies Record<string, Role>

export interface RequiredExpression extends Evaluation {
  readonly typed: Typed
}

/** Null when there is none, or it has a mistake, which is reported. */
export function requiredExpression(
  context: CheckContext,
  source: ExpressionSource | null,
  { scope, role }: { readonly scope: Scope; readonly role: Role },
): RequiredExpression | null {
  const typed = source === null ? null : context.compile(source, scope)
  if (source === null || typed === null) return null
  return context.reporting(source, (reporter) => {
    const { what, kinds, nulls } = role
    const written = reporter.text(typed.node)
    if (!kinds.includes(typed.type.kind)) {
      const message = `${what} is ${kinds[0]}, this is ${describeType(typed.type, typed.nullable)}`
      const code = kinds[0] === 'bool' ? 'FW2205' : 'FW2310'
      return context.findings.complain(code, placeOf(source), { message, hint: hintFor(kinds[0], typed, written) })
    }
    if (typed.nullable && nulls === 'refused') {
      const message = `${what} is never null, ${reasonOf(typed, written)}`
      const hint = kinds[0] === 'bool' ? remedy(typed.type, written) : requiredRemedy(typed, written, 'guard')
      return reporter.complain('FW2211', typed.node, { message, hint })
    }
    if (kinds[0] === 'string') refusePersonalData(reporter, typed, what)
    return { place: placeOf(source), evaluate: typed.evaluate, typed }
  })
}

function hintFor(wanted: string, { type }: Typed, written: string): string {
  if (wanted === 'string') return `use string(${written})`
  if (wanted === 'timestamp' && type.kind === 'localdatetime') return `use zoned(${written}, zone) or utc(${written})`
  return ''
}
