/** Rows of a source in memory: a few, as fixtures and tests give them. */
import type { CaptureSettings } from '../capture/connector/capture-settings.ts'
import type { RowImage } from '../capture/image/row-image.ts'
import { keyText } from '../capture/image/same-image.ts'
import { ValueImage } from '../capture/image/value-image.ts'
import type { Table, TableName } from '../catalog/catalog.ts'
import { provenKeys } from '../catalog/proven-keys.ts'
import { columnReaders } from '../expression/types/column-readers.ts'
import { comparable } from '../expression/types/comparison.ts'
import type { NetChange } from '../transaction/net-change.ts'
import type { RowIndex, RowsAtHand } from './rows-at-hand.ts'

export class RowsInMemory implements RowsAtHand {
  private readonly rows: RowsOfTables
  private readonly gone: RowsOfTables
  private readonly found = new Map<string, ReadonlyMap<string, readonly RowImage[]>>()

  /** `gone`: those that the transaction deletes. */
  constructor(rows: RowsOfTables, gone: RowsOfTables = new Map()) {
    this.rows = rows
    this.gone = gone
  }

  find(index: RowIndex, key: string): readonly RowImage[] {
    let byKey = this.found.get(index.id)
    if (byKey === undefined) {
      byKey = grouped(this.rows.get(index.table) ?? [], index)
      this.found.set(index.id, byKey)
    }
    return byKey.get(key) ?? []
  }

  deleted(index: RowIndex, key: string): readonly RowImage[] {
    return grouped(this.gone.get(index.table) ?? [], index).get(key) ?? []
  }

  knowsAll(): boolean {
    return true
  }
}

type RowsOfTables = ReadonlyMap<TableName, readonly RowImage[]>

function grouped(rows: readonly RowImage[], { keyOf }: RowIndex): Map<string, RowImage[]> {
  const byKey = new Map<string, RowImage[]>()
  for (const row of rows) {
    const key = keyOf(row)
    if (key === null) continue
    const group = byKey.get(key)
    if (group === undefined) byKey.set(key, [row])
    else group.push(row)
  }
  return byKey
}

export interface HeldRows {
  readonly table: Table
  /** Before the transaction. */
  readonly rows: readonly RowImage[]
}

/** The rows as a transaction leaves them, and those that it deletes, in the order of their table's key. */
export function rowsLeftBy(
  net: readonly NetChange[],
  held: readonly HeldRows[],
  settings: CaptureSettings,
): RowsAtHand {
  const inOrder = (choose: (one: HeldRows, net: readonly NetChange[]) => readonly RowImage[]): RowsOfTables =>
    new Map(held.map((one) => [one.table.name, choose(one, net).toSorted(keyOrder(one.table, settings))]))
  return new RowsInMemory(inOrder(leftOf), inOrder(goneOf))
}

function leftOf({ table, rows }: HeldRows, net: readonly NetChange[]): readonly RowImage[] {
  const [key = []] = provenKeys(table)
  const keyOf = (row: RowImage): string =>
    keyText(new ValueImage(Object.fromEntries(key.map((name) => [name, row.get(name)]))))
  const left = new Map(rows.map((row) => [keyOf(row), row]))
  const own = net.filter((change) => change.table === table.name)
  for (const { before } of own) if (before !== null) left.delete(keyOf(before))
  for (const { after } of own) if (after !== null) left.set(keyOf(after), after)
  return [...left.values()]
}

const goneOf = ({ table }: HeldRows, net: readonly NetChange[]): readonly RowImage[] =>
  net.flatMap((change) =>
    change.table === table.name && change.after === null && change.before !== null ? [change.before] : [],
  )

function keyOrder(table: Table, settings: CaptureSettings): (a: RowImage, b: RowImage) => number {
  const readers = columnReaders(table, settings)
  const [key = []] = provenKeys(table)
  const orders = key.flatMap((name) => {
    const reader = readers.get(name)
    const how = reader === undefined ? null : comparable(reader.type, reader.type)
    const compare = how?.compare
    if (reader === undefined || how === null || compare === null || compare === undefined) return []
    return [(a: RowImage, b: RowImage) => compare(how.left(reader.read(a)), how.right(reader.read(b)))]
  })
  return (a, b) => {
    for (const order of orders) {
      const difference = order(a, b)
      if (difference !== 0) return difference
    }
    return 0
  }
}
