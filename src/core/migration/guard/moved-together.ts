/** Which mappings can only change their owner together, because a guard closes tables for all that are about them. */
import type { CompiledMapping, StructuralScope } from '../../mapping/compiled-mapping.ts'
import { type Scope, scopeText } from '../stage.ts'
import { guardOf } from './guarded-tables.ts'

export interface LeftBehind {
  readonly mapping: string
  /** Which tables it shares with those that move, and why it cannot stay where it is. */
  readonly why: string
}

/** To the new service their guards close tables; back from it, the guard of whoever stays keeps tables closed. */
export type Direction = 'toNative' | 'toLegacy'

/** Of `others`, which have the owner that the moved ones have now, those that cannot keep it. `scope`: what is moved. */
export function leftBehind(
  moved: readonly CompiledMapping[],
  others: readonly CompiledMapping[],
  { direction, scope }: { readonly direction: Direction; readonly scope: Scope },
): readonly LeftBehind[] {
  return others.flatMap((other) => {
    const shared = moved.flatMap((one) => (direction === 'toNative' ? closedFor(one, other) : closedFor(other, one)))
    if (shared.length === 0) return []
    const tables = [...new Set(shared)].join(', ')
    const canMove = scope === null || moved.every((one) => isSameScope(one.scope, other.scope))
    const why = `${tables} is open for both, or for none`
    return [
      { mapping: other.name, why: canMove ? why : `${why}, and it has no scope ${scopeText(scope)} that could move` },
    ]
  })
}

/** Tables that the guard of one closes, and on which rules of the other are anchored. */
function closedFor(one: CompiledMapping, other: CompiledMapping): readonly string[] {
  const anchors = new Set<string>(other.rules.map(({ table }) => table.name))
  return guardOf(one)
    .tables.map(({ name }) => name)
    .filter((name) => anchors.has(name))
}

export const isSameScope = (one: StructuralScope | null, other: StructuralScope | null): boolean =>
  one?.table === other?.table && one?.column === other?.column
