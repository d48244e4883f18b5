/** Rows of `with`: found among the net changes of the transaction through a hash table that is built at first use. */
import type { RowImage } from '../../capture/image/row-image.ts'
import type { NetChange } from '../../transaction/net-change.ts'
import { isChange } from '../../transaction/net-changes.ts'
import { ValueError } from '../../values/value-error.ts'
import type { Frame } from '../../expression/types/scope.ts'
import type { CompiledWith } from '../compiled-mapping.ts'

/** Where rows of a `with` are found. */
export interface RowsOfWith {
  /** Those that match, in the order of the transaction. Raises ValueError `tooLarge`, `unavailable`. */
  matching(joined: CompiledWith, frame: Frame): readonly RowImage[]
}

/** In the order of the `with`. Raises ValueError `rowCount` outside the declared bounds, and what finding them raises. */
export function joinedRows(from: RowsOfWith, joined: CompiledWith, frame: Frame): readonly RowImage[] {
  const rows = from.matching(joined, frame)
  const { min, max } = joined.rows
  if (rows.length < min || rows.length > max) {
    throw new ValueError('rowCount', `${joined.alias} has ${rows.length} rows, declared are ${min}..${max}`)
  }
  return joined.orderBy === null || rows.length < 2 ? rows : rows.toSorted(joined.orderBy)
}

export class Joins implements RowsOfWith {
  private readonly net: readonly NetChange[] | null
  private readonly tables = new Map<CompiledWith, Map<string, RowImage[]>>()

  /** Null: they are more than may be held. */
  constructor(net: readonly NetChange[] | null) {
    this.net = net
  }

  matching(joined: CompiledWith, frame: Frame): readonly RowImage[] {
    const key = joined.anchorKey(frame)
    return key === null ? none : (this.table(joined).get(key) ?? none)
  }

  /** Under which the transaction has rows of the `with`. */
  keys(joined: CompiledWith): Iterable<string> {
    return this.table(joined).keys()
  }

  private heldFor({ alias }: CompiledWith): readonly NetChange[] {
    if (this.net !== null) return this.net
    throw new ValueError('tooLarge', `${alias}: the source transaction has more rows to look among than may be held`)
  }

  private table(joined: CompiledWith): Map<string, RowImage[]> {
    const known = this.tables.get(joined)
    if (known !== undefined) return known
    const table = new Map<string, RowImage[]>()
    for (const change of this.heldFor(joined)) {
      const row = change.after ?? change.before
      if (change.table !== joined.table || row === null || !isMeant(joined, change) || !joined.where(row)) continue
      const key = joined.theirKey(row)
      if (key === null) continue
      const rows = table.get(key)
      if (rows === undefined) table.set(key, [row])
      else rows.push(row)
    }
    this.tables.set(joined, table)
    return table
  }
}

const none: readonly RowImage[] = []

function isMeant(joined: CompiledWith, change: NetChange): boolean {
  const { op, before, after, derived } = change
  if (!joined.operations.has(op) || (derived === true && !joined.takesDerived)) return false
  if (op !== 'update' || joined.changed === null) return isChange(change)
  return before !== null && after !== null && joined.changed(before, after)
}
