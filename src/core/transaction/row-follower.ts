/** Follows each row of a transaction through all of its changes, also from key to key. */
import type { RowImage } from '../capture/image/row-image.ts'
import type { RowChange } from '../capture/row-change.ts'
import { contradicts, keyText, sameImage, sameValue } from '../capture/image/same-image.ts'
import type { TableName } from '../catalog/catalog.ts'
import { UNAVAILABLE } from '../values/value.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { NetChange, PlacedChange } from './net-change.ts'

/** See `netChanges`. */
export function followRows(changes: readonly PlacedChange[]): readonly NetChange[] {
  const follower = new RowFollower()
  for (let index = 0; index < changes.length; index += 1) {
    const placed = changes[index]
    if (placed === undefined) break
    if (placed.change.rekey === null) {
      follower.apply(placed)
      continue
    }
    // The connector emits both halves of a changed key one after the other.
    index += 1
    const arrival = otherHalf(placed.change, changes[index]?.change)
    if (placed.change.key === null) follower.moveAlone(placed, arrival)
    else follower.move(placed, arrival)
  }
  return follower.net()
}

/** A row in mid-transaction. `after` is null while it is deleted. */
interface Row {
  readonly start: PlacedChange
  readonly firstKey: string | null
  /** False: the transaction itself inserted it. */
  readonly existed: boolean
  before: RowImage | null
  after: RowImage | null
  key: string | null
  /** It came to a key of which no other row was seen to go: under a deferrable key, another may hold it still. */
  crowded: boolean
  /** Whether the log has any change of it. */
  isLogged: boolean
  /** Its last change. */
  last: RowChange
}

class RowFollower {
  private readonly rows: Row[] = []
  /** Null: a row was seen to leave the key. */
  private readonly byKey = new Map<TableName, Map<string, Row | null>>()

  apply(placed: PlacedChange): void {
    const { change } = placed
    // A truncate ends every row of its table: what comes afterwards is another row, even under the same key.
    if (change.op === 't') this.byKey.delete(change.table)
    const key = change.key === null ? null : keyText(change.key)
    const row = key === null ? undefined : this.byKey.get(change.table)?.get(key)
    if (row === undefined || row === null) this.begin(placed, key)
    else {
      if (change.op === 'd') refuseAnother(row, change)
      advance(row, change)
    }
  }

  /** The two halves of one changed key. */
  move(placed: PlacedChange, arrival: RowChange): void {
    const departure = placed.change
    const { table } = departure
    const [from, to] = [textOf(departure), textOf(arrival)]
    const keys = this.keysOf(table)
    let row = keys.get(from)
    if (row === undefined || row === null) row = this.begin(placed, from)
    else {
      refuseAnother(row, departure)
      advance(row, departure)
    }
    keys.set(from, null)
    const there = keys.get(to)
    if (there?.after != null) throw contradiction(arrival)
    row.after = arrival.after
    row.key = to
    row.crowded = there === undefined
    keys.set(to, row)
  }

  /** Halves of a key that proves nothing: they are one change, which is joined to no other. */
  moveAlone(placed: PlacedChange, arrival: RowChange): void {
    const row = this.begin(placed, null)
    row.after = arrival.after
  }

  net(): readonly NetChange[] {
    return this.rows.flatMap((row) => {
      const op = netOp(row)
      const { start, before, after } = row
      const { change: first, ordinal, order } = start
      if (op === null) return []
      const net = { table: first.table, op, before, after, ordinal, order, first }
      const isDerived = !row.isLogged || (op === 'delete' && row.last.derived === true)
      return [isDerived ? { ...net, derived: true } : net]
    })
  }

  private begin(start: PlacedChange, key: string | null): Row {
    const { change } = start
    const { before, after } = change
    const existed = change.op !== 'c'
    const isLogged = change.derived !== true
    const row = { start, firstKey: key, existed, before, after, key, crowded: false, isLogged, last: change }
    this.rows.push(row)
    if (key !== null) this.keysOf(change.table).set(key, row)
    return row
  }

  private keysOf(table: TableName): Map<string, Row | null> {
    const known = this.byKey.get(table)
    if (known !== undefined) return known
    const keys = new Map<string, Row | null>()
    this.byKey.set(table, keys)
    return keys
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
  row.isLogged ||= change.derived !== true
  row.last = change
}

/** A row leaves its key: without all of what it was, it may be the one that held the key before the row that came. */
function refuseAnother(row: Row, departure: RowChange): void {
  const { before } = departure
  const isWhole = before !== null && !before.columns.some((column) => before.get(column) === UNAVAILABLE)
  if (row.crowded && !isWhole) throw contradiction(departure)
}

function netOp(row: Row): NetChange['op'] | null {
  if (row.key === null)
    return row.start.change.rekey !== null ? 'rekey' : isNoChange(row) ? null : netOps[row.start.change.op]
  if (!row.existed) return row.after === null ? null : 'insert'
  if (row.after === null) return 'delete'
  if (row.firstKey !== row.key) return 'rekey'
  return isNoChange(row) ? null : 'update'
}

const isNoChange = ({ before, after }: Row): boolean => before !== null && after !== null && sameImage(before, after)

function otherHalf(departure: RowChange, arrival: RowChange | undefined): RowChange {
  const fits =
    departure.op === 'd' &&
    departure.rekey?.half === 'old' &&
    arrival?.op === 'c' &&
    arrival.rekey?.half === 'new' &&
    arrival.table === departure.table &&
    isKeyOf(departure.rekey.otherKey, arrival, arrival.after) &&
    isKeyOf(arrival.rekey.otherKey, departure, departure.before)
  if (fits) return arrival
  throw new FalseworkError(
    'REKEY_HALF_MISSING',
    `offset ${departure.offset}: half of a changed key of ${departure.table} stands without the other half`,
  )
}

/** Without a proven key the row's own columns are compared. */
function isKeyOf(otherKey: RowImage, { key }: RowChange, image: RowImage | null): boolean {
  if (key !== null) return keyText(otherKey) === keyText(key)
  return image !== null && otherKey.columns.every((column) => sameValue(otherKey.get(column), image.get(column)))
}

const textOf = ({ key }: RowChange): string => (key === null ? '' : keyText(key))

function contradiction(change: RowChange): FalseworkError {
  return new FalseworkError(
    'ROW_CONTRADICTS',
    `offset ${change.offset}: a change of ${change.table} does not follow from the row's earlier ones in its transaction`,
  )
}
