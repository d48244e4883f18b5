/** Mappings that one guard closes tables for change their owner together, or not at all. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { type Direction, isSameScope, leftBehind } from '../../core/migration/guard/moved-together.ts'
import { type Scope, scopeText, type Stage } from '../../core/migration/stage.ts'
import {
  type MigratedMapping,
  readStages,
  type ScopeStanding,
  type StagesParts,
  standingOf,
  standingsOf,
} from './read-stages.ts'

/** In which stages a mapping has the owner that the moved ones leave. */
const stays: Readonly<Record<Direction, readonly Stage[]>> = {
  toNative: ['live', 'parity'],
  toLegacy: ['native'],
}

/**
 * Where the scopes of another mapping stand of which rows move with that scope of one. Those of the same column move scope
 * by scope, and with all those that have no stage of their own; divided in another way, any of them may have such rows.
 */
function reached(one: MigratedMapping, other: MigratedMapping, scope: Scope): readonly ScopeStanding[] {
  if (!isSameScope(one.mapping.scope, other.mapping.scope)) return standingsOf(other)
  if (scope !== null) return [standingOf(other, scope)]
  return standingsOf(other).filter((its) => its.scope === null || !one.staging.scopes.has(its.scope))
}

/** Null: none would be. Otherwise `TRANSITION_REFUSED`, which names them. Raises as `readStages`. */
export async function thoseLeftBehind(
  moved: readonly MigratedMapping[],
  way: { readonly direction: Direction; readonly scope: Scope },
  parts: StagesParts,
): Promise<FalseworkError | null> {
  const [first] = moved
  if (first === undefined) return null
  const names = new Set(moved.map(({ mapping }) => mapping.name))
  const left: string[] = []
  for (const { current } of first.registry.mappings.values()) {
    const { mapping, source } = current.record.content
    if (source !== first.mapping.source || names.has(mapping)) continue
    const other = await readStages(mapping, first.registry, parts)
    const staying = (one: MigratedMapping): readonly Scope[] =>
      reached(one, other, way.scope).flatMap(({ scope, stage }) =>
        stays[way.direction].includes(stage) ? [scope] : [],
      )
    const reaching = moved.filter((one) => staying(one).length > 0)
    const apart = [...new Set(reaching.flatMap(staying))].filter((scope) => scope !== null && scope !== way.scope)
    const ofReaching = reaching.map(({ mapping }) => mapping)
    for (const { why } of leftBehind(ofReaching, [other.mapping], way)) {
      const scopes = apart.length === 0 ? '' : `, and its scope ${apart.join(', ')} has a stage of its own`
      left.push(`${mapping} (${why}${scopes})`)
    }
  }
  if (left.length === 0) return null
  return new FalseworkError(
    'TRANSITION_REFUSED',
    `${[...names].join(' ')}, scope ${scopeText(way.scope)}: would leave behind ${left.join(', ')}; name them all in one command`,
  )
}
