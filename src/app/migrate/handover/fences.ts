/** The fences of scopes that change their owner together, in the legacy database of their source. */
import type { ConnectorSettings } from '../../../core/capture/connector/capture-findings.ts'
import type { SourceKind } from '../../../core/catalog/catalog.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import {
  fenceFor,
  type FenceKey,
  type FenceMove,
  type FenceOwner,
  type FenceRow,
  isKeptClosed,
  ownFence,
} from '../../../core/migration/guard/fence.ts'
import { bareTables, type GuardTrigger } from '../../../core/migration/guard/guard-triggers.ts'
import { guardOf } from '../../../core/migration/guard/guarded-tables.ts'
import { captureSteps } from '../../../core/migration/guard/guard-capture.ts'
import { type Scope, scopeText } from '../../../core/migration/stage.ts'
import type { DatabaseAccount, GuardedDatabase } from '../../../ports/database/guard.ts'
import { type GuardParts, type GuardPlan, planGuard, publishedTables } from '../guard.ts'
import { type MigratedMapping, standingOf, standingsOf } from '../read-stages.ts'

export interface FenceParts extends GuardParts {
  readonly connectorOf: (
    source: string,
  ) => Promise<{ readonly kind: SourceKind; readonly connector: ConnectorSettings }>
}

export interface FencedScope {
  readonly migrated: MigratedMapping
  readonly scope: Scope
  /** Of the ownership that is asked for, or was. */
  readonly epoch: number
}

export interface Fences {
  readonly scopes: readonly FencedScope[]
  /** Whether each of them is native's, under its epoch. */
  areMoved(): Promise<boolean>
  /**
   * Lifts those that were decided for the legacy system, and that nobody has lifted since: whoever asked for them did not
   * come to the end. Says whether there were any.
   */
  liftKept(): Promise<boolean>
  /**
   * All of them in one source transaction, or none. In front of that of all, scopes that have a stage of their own get a
   * fence of their own, which stays where it is. Raises `TRANSITION_REFUSED` where one stands elsewhere.
   */
  move(to: FenceOwner, epochOf: (scope: FencedScope) => number): Promise<void>
  close(): Promise<void>
}

/** Raises `GUARD_MISSING` where a mapping is not guarded, or the daemon would not see the fence, and what the port does. */
export async function openFences(
  scopes: readonly FencedScope[],
  account: DatabaseAccount | null,
  parts: FenceParts,
): Promise<Fences> {
  const [plan, ...others] = await Promise.all(scopes.map(async ({ migrated }) => await guardPlan(migrated, parts)))
  if (plan === undefined) throw new FalseworkError('INTERNAL', 'nothing is fenced')
  const elsewhere = others.find(({ place }) => place.schema !== plan.place.schema)
  if (elsewhere !== undefined) {
    const why = `their fences stand in ${plan.place.schema} and ${elsewhere.place.schema}: no transaction is to touch both`
    throw new FalseworkError('TRANSITION_REFUSED', `${plan.mapping} and ${elsewhere.mapping}: ${why}`)
  }
  const guard = await parts.openGuard({ source: plan.source, place: plan.place, account })
  try {
    expectGuarded(scopes, await guard.fenceRows())
    expectTriggers(scopes, plan.place.kind, await guard.triggers())
    await expectCaptured(plan, parts)
  } catch (error) {
    await guard.close()
    throw error
  }
  return fencesOf(guard, scopes)
}

const guardPlan = async (migrated: MigratedMapping, { connectorOf }: FenceParts): Promise<GuardPlan> =>
  planGuard(migrated, await connectorOf(migrated.mapping.source))

const keyOf = ({ migrated, scope }: FencedScope) => ({ mapping: migrated.mapping.name, scope })

const apartFromAll = (scopes: readonly FencedScope[]): readonly FenceKey[] =>
  scopes
    .filter(({ scope }) => scope === null)
    .flatMap(({ migrated }) => standingsOf(migrated).map(({ scope }) => ({ mapping: migrated.mapping.name, scope })))

function fencesOf(guard: GuardedDatabase, scopes: readonly FencedScope[]): Fences {
  return {
    scopes,
    areMoved: async () => {
      const rows = await guard.fenceRows()
      return scopes.every((scope) => {
        const there = fenceFor(rows, keyOf(scope))
        return there?.owner === 'native' && there.epoch === scope.epoch
      })
    },
    liftKept: async () => {
      const rows = await guard.fenceRows()
      const kept = scopes.flatMap((scope): FenceMove[] => {
        const { ownership } = standingOf(scope.migrated, scope.scope)
        const isKept = isKeptClosed(ownFence(rows, keyOf(scope)), ownership)
        return isKept ? [{ ...keyOf(scope), to: 'legacy', epoch: ownership.epoch }] : []
      })
      await moved(guard, kept)
      return kept.length > 0
    },
    move: async (to, epochOf) => {
      await guard.separate(apartFromAll(scopes))
      await moved(
        guard,
        scopes.map((scope) => ({ ...keyOf(scope), to, epoch: epochOf(scope) })),
      )
    },
    close: async () => await guard.close(),
  }
}

async function moved(guard: GuardedDatabase, moves: readonly FenceMove[]): Promise<void> {
  const outcome = await guard.moveFences(moves)
  if (outcome.kind === 'refused') throw refused(outcome.move, outcome.there)
}

function refused({ mapping, scope, to, epoch }: FenceMove, there: FenceRow | null): FalseworkError {
  const stands = there === null ? 'is gone' : `says ${there.owner}, epoch ${there.epoch}`
  return new FalseworkError(
    'TRANSITION_REFUSED',
    `${mapping}, scope ${scopeText(scope)}: its row of falsework_fence ${stands}, which does not lead to ${to}, epoch ${epoch}`,
  )
}

function expectGuarded(scopes: readonly FencedScope[], rows: readonly FenceRow[]): void {
  const bare = scopes.filter((scope) => ownFence(rows, { ...keyOf(scope), scope: null }) === null)
  if (bare.length === 0) return
  const names = bare.map(({ migrated }) => migrated.mapping.name).join(', ')
  throw new FalseworkError('GUARD_MISSING', `nothing in the legacy database guards ${names}`)
}

/** A table that a later revision has brought is written to past every fence until the guard is applied again. */
function expectTriggers(scopes: readonly FencedScope[], kind: SourceKind, standing: readonly GuardTrigger[]): void {
  for (const { migrated } of scopes) {
    const bare = bareTables(guardOf(migrated.mapping), kind, standing)
    if (bare.length === 0) continue
    throw new FalseworkError(
      'GUARD_MISSING',
      `${migrated.mapping.name}: not all triggers of its guard stand on ${bare.join(', ')}, as far as the account sees`,
    )
  }
}

async function expectCaptured(plan: GuardPlan, { openInspector }: FenceParts): Promise<void> {
  const { place, connector } = plan
  const published = place.kind === 'postgres' ? await publishedTables(plan, openInspector) : null
  const [step] = captureSteps(place, connector, published)
  if (step === undefined) return
  throw new FalseworkError('GUARD_MISSING', `the daemon would not see the fence of ${plan.mapping} move: ${step}`)
}
