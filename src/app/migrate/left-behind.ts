/** Mappings that one guard closes tables for change their owner together, or not at all. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { type Direction, leftBehind } from '../../core/migration/guard/moved-together.ts'
import { type Scope, scopeText, type Stage } from '../../core/migration/stage.ts'
import { type MigratedMapping, readStages, type StagesParts, standingOf } from './read-stages.ts'

/** In which stages a mapping has the owner that the moved ones leave. */
const stays: Readonly<Record<Direction, readonly Stage[]>> = {
  toNative: ['live', 'parity'],
  toLegacy: ['native'],
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
  const others: MigratedMapping[] = []
  for (const { current } of first.registry.mappings.values()) {
    const { mapping, source } = current.record.content
    if (source !== first.mapping.source || names.has(mapping)) continue
    const other = await readStages(mapping, first.registry, parts)
    if (stays[way.direction].includes(standingOf(other, way.scope).stage)) others.push(other)
  }
  const left = leftBehind(
    moved.map(({ mapping }) => mapping),
    others.map(({ mapping }) => mapping),
    way,
  )
  if (left.length === 0) return null
  const why = left.map(({ mapping, why }) => `${mapping} (${why})`).join(', ')
  return new FalseworkError(
    'TRANSITION_REFUSED',
    `${[...names].join(' ')}, scope ${scopeText(way.scope)}: would leave behind ${why}; name them all in one command`,
  )
}
