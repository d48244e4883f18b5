/** Follows each row of a transaction through all of its changes, also from key to key. */
import type { RowChange, RowImage } from '../capture/row-change.ts'
import { contradicts, keyText, sameImage } from '../capture/row-image.ts'
import type { TableName } from '../catalog/catalog.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { NetChange } from './net-change.ts'

/** See `netChanges`. */
export function followRows(changes: readonly RowChange[]): readonly NetChange[] {
  const follower = new RowFollower()
  for (let index = 0; index < changes.length; index += 1) {
    const change = changes[index]
    if (change === undefined) break
    if (change.rekey === null) {
      follower.apply(change)
      continue
    }
    // The connector emits both halves of a changed key one after the other.
    index += 1
    follower.move(change, otherHalf(change, changes[index]))
  }
  return follower.net()
}

/** A row in mid-transaction. `after` is null while it is deleted. */
interface Row {
  readonly first: RowChange
  readonly ordinal: number
  readonly firstKey: string | null
  /** False: the transaction itself inserted it. */
  readonly existed: boolean
  before: RowImage | null
  after: RowImage | null
  key: string | null
}

class RowFollower {
  private readonly rows: Row[] = []
  private readonly byKey = new Map<TableName, Map<string, Row>>()
  private readonly ordinals = new Map<TableName, number>()

  apply(change: RowChange): void {
    const ordinal = this.nextOrdinal(change.table)
    // A truncate ends every row of its table: what comes afterwards is another row, even under the same key.
    if (change.op === 't') this.byKey.delete(change.table)
    const key = change.key === null ? null : keyText(change.key)
    const row = key === null ? undefined : this.byKey.get(change.table)?.get(key)
    if (row === undefined) this.begin({ change, ordinal, key })
    else advance(row, change)
  }

  /** The two halves of one changed key. */
  move(departure: RowChange, arrival: RowChange): void {
    const { table } = departure
    const ordinal = this.nextOrdinal(table)
    this.nextOrdinal(table)
    const [from, to] = [textOf(departure), textOf(arrival)]
    const keys = this.keysOf(table)
    let row = keys.get(from)
    if (row === undefined) row = this.begin({ change: departure, ordinal, key: from })
    else advance(row, departure)
    keys.delete(from)
    if (keys.get(to)?.after != null) throw contradiction(arrival)
    row.after = arrival.after
    row.key = to
    keys.set(to, row)
  }

  net(): readonly NetChange[] {
    return this.rows.flatMap((row) => {
      const op = netOp(row)
      const { first, ordinal, before, after } = row
      return op === null ? [] : [{ table: first.table, op, before, after, ordinal, first }]
    })
  }

  private begin(start: { change: RowChange; ordinal: number; key: string | null }): Row {
    const { change, ordinal, key } = start
    const { before, after } = change
    const row = { first: change, ordinal, firstKey: key, existed: change.op !== 'c', before, after, key }
    this.rows.push(row)
    if (key !== null) this.keysOf(change.table).set(key, row)
    return row
  }

  private keysOf(table: TableName): Map<string, Row> {
    const known = this.byKey.get(table)
    if (known !== undefined) return known
    const keys = new Map<string, Row>()
    this.byKey.set(table, keys)
    return keys
  }

  private nextOrdinal(table: TableName): number {
    const ordinal = this.ordinals.get(table) ?? 0
    this.ordinals.set(table, ordinal + 1)
    return ordinal
  }
}

/** What one change alone does to its row. A snapshot row never stands in a transaction; it would be new. */
export const netOps = { c: 'insert', r: 'insert', u: 'update', d: 'delete', t: 'truncate' } as const

function advance(row: Row, change: RowChange): void {
  const inserts = change.op === 'c'
  if (inserts !== (row.after === null)) throw contradiction(change)
  if (change.before !== null && row.after !== null && contradicts(row.after, change.before)) throw contradiction(change)
  // Without REPLICA IDENTITY FULL an update says nothing of what was; a delete says at least the key.
  if (row.existed) row.before ??= change.before
  row.after = change.after
}

function netOp(row: Row): NetChange['op'] | null {
  if (row.key === null) return netOps[row.first.op]
  if (!row.existed) return row.after === null ? null : 'insert'
  if (row.after === null) return 'delete'
  if (row.firstKey !== row.key) return 'rekey'
  return row.before !== null && sameImage(row.before, row.after) ? null : 'update'
}

function otherHalf(departure: RowChange, arrival: RowChange | undefined): RowChange {
  const fits =
    departure.op === 'd' &&
    departure.rekey?.half === 'old' &&
    arrival?.op === 'c' &&
    arrival.rekey?.half === 'new' &&
    arrival.table === departure.table &&
    keyText(departure.rekey.otherKey) === textOf(arrival) &&
    keyText(arrival.rekey.otherKey) === textOf(departure)
  if (fits) return arrival
  throw new FalseworkError(
    'REKEY_HALF_MISSING',
    `offset ${departure.offset}: half of a changed key of ${departure.table} stands without the other half`,
  )
}

const textOf = ({ key }: RowChange): string => (key === null ? '' : keyText(key))

function contradiction(change: RowChange): FalseworkError {
  return new FalseworkError(
    'ROW_CONTRADICTS',
    `offset ${change.offset}: a change of ${change.table} does not follow from the row's earlier ones in its transaction`,
  )
}
