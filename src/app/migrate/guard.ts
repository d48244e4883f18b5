/** The guard of a mapping: what it is made of, putting it up and taking it down. */
import { signalsOf } from '../../core/capture/connector/snapshot-signal.ts'
import type { ConnectorSettings } from '../../core/capture/connector/capture-findings.ts'
import { settingOf } from '../../core/capture/connector/settings/setting-value.ts'
import type { SourceKind } from '../../core/catalog/catalog.ts'
import { identifiersOf } from '../../core/catalog/table-name.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { type FenceKey, fenceOf, type FenceRow, ownFence } from '../../core/migration/guard/fence.ts'
import { captureSteps } from '../../core/migration/guard/guard-capture.ts'
import type { GuardPlace, GuardStatement } from '../../core/migration/guard/guard-place.ts'
import { guardStatements, removalStatements } from '../../core/migration/guard/sql/guard-statements.ts'
import { guardOf, outsideCascades } from '../../core/migration/guard/guarded-tables.ts'
import { scopeText } from '../../core/migration/stage.ts'
import type { DatabaseInspector } from '../../ports/database/database-inspector.ts'
import type { DatabaseAccount, OpenGuard } from '../../ports/database/guard.ts'
import { type MigratedMapping, standingsOf } from './read-stages.ts'

export interface GuardPlan {
  readonly mapping: string
  readonly source: string
  readonly place: GuardPlace
  readonly connector: ConnectorSettings
  readonly statements: readonly GuardStatement[]
  /** Scopes that have a stage of their own, and so a row of their own in the fence. */
  readonly apart: readonly FenceKey[]
  /** What takes all of it down again. */
  readonly removal: readonly GuardStatement[]
  /** What the guard does not see. */
  readonly warnings: readonly string[]
}

/** Own tables stand where the connector's signal table does, or else beside the first guarded table. */
export function planGuard(
  migrated: MigratedMapping,
  { kind, connector }: { readonly kind: SourceKind; readonly connector: ConnectorSettings },
): GuardPlan {
  const { mapping } = migrated
  const guard = guardOf(mapping)
  const [first] = guard.tables
  const beside = signalsOf(connector) ?? first?.name
  if (beside === undefined) throw new FalseworkError('INTERNAL', `mapping ${mapping.name} is about no table`)
  const place = { kind, schema: identifiersOf(beside).schema }
  const fences = standingsOf(migrated).map(({ scope, ownership }) =>
    fenceOf({ mapping: mapping.name, scope }, ownership),
  )
  return {
    mapping: mapping.name,
    source: mapping.source,
    place,
    connector,
    statements: guardStatements(guard, place, fences),
    apart: fences.filter(({ scope }) => scope !== null).map(({ scope }) => ({ mapping: mapping.name, scope })),
    removal: removalStatements(guard, place),
    warnings: kind === 'postgres' ? [] : unseen(migrated),
  }
}

function unseen({ mapping }: MigratedMapping): readonly string[] {
  const tables = guardOf(mapping).tables.map(({ name }) => name)
  return [
    `TRUNCATE fires no trigger: the account of the application must not have DROP on ${tables.join(', ')}`,
    ...outsideCascades(mapping).map(
      ({ table, references }) =>
        `a foreign key of ${table} changes its rows when ${references} changes, and fires no trigger: the guard does not see that`,
    ),
  ]
}

export interface GuardParts {
  readonly openGuard: OpenGuard
  readonly openInspector: (source: string) => Promise<DatabaseInspector>
}

export interface AppliedGuard {
  /** Of the mapping, as they are now. */
  readonly rows: readonly FenceRow[]
  /** What is left to be done by people, in order. */
  readonly steps: readonly string[]
}

/**
 * Puts it up, which may be done again. Where it stands, a scope that has got a stage of its own since gets its row behind
 * every writer that has taken the row of all: nobody would wait for that one when the scope is fenced. Raises what the
 * port does.
 */
export async function applyGuard(
  plan: GuardPlan,
  account: DatabaseAccount | null,
  { openGuard, openInspector }: GuardParts,
): Promise<AppliedGuard> {
  const { mapping, source, place, connector, statements, apart } = plan
  const guard = await openGuard({ source, place, account })
  try {
    const stands = ownFence(await guard.fenceRows(), { mapping, scope: null }) !== null
    if (stands) await guard.separate(apart)
    await guard.apply(statements.map(({ sql }) => sql))
    const rows = (await guard.fenceRows()).filter((row) => row.mapping === mapping)
    const published = place.kind === 'postgres' ? await publishedTables(plan, openInspector) : null
    return { rows, steps: captureSteps(place, connector, published) }
  } finally {
    await guard.close()
  }
}

/** Of the connector's publication; null: there is none. */
export async function publishedTables(
  { source, connector }: Pick<GuardPlan, 'source' | 'connector'>,
  openInspector: GuardParts['openInspector'],
): Promise<readonly string[] | null> {
  const inspector = await openInspector(source)
  try {
    const slot = settingOf(connector, 'slot.name') ?? 'debezium'
    const publication = settingOf(connector, 'publication.name') ?? 'dbz_publication'
    const facts = await inspector.capture({ slot, publication, tables: [] })
    return facts.kind === 'postgres' ? (facts.publication?.tables.map(({ name }) => name) ?? null) : null
  } finally {
    await inspector.close()
  }
}

/**
 * Takes it down, which may be done again. Raises `TRANSITION_REFUSED` as long as it keeps the legacy system out of a
 * scope, and what the port does.
 */
export async function removeGuard(
  plan: GuardPlan,
  account: DatabaseAccount | null,
  { openGuard }: Pick<GuardParts, 'openGuard'>,
): Promise<void> {
  const { mapping, source, place, removal } = plan
  const guard = await openGuard({ source, place, account })
  try {
    const closed = (await guard.fenceRows()).filter((row) => row.mapping === mapping && row.owner !== 'legacy')
    if (closed.length > 0) {
      const scopes = closed.map(({ scope }) => scopeText(scope)).join(', ')
      throw new FalseworkError(
        'TRANSITION_REFUSED',
        `${mapping}: its guard keeps the legacy system out of scope ${scopes}, which the new service owns`,
      )
    }
    await guard.apply(removal.map(({ sql }) => sql))
  } finally {
    await guard.close()
  }
}
