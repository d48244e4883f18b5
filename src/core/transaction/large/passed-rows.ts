/** Rows of a transaction that are not held: enough of each to tell a repeat from another row. */
import type { LogicalMessage, RowMessage } from '../../capture/capture-message.ts'
import type { RowImage } from '../../capture/image/row-image.ts'
import type { TableName } from '../../catalog/catalog.ts'
import { exactJson } from '../../values/exact-json.ts'
import { KeyTally } from './key-tally.ts'
import { textHash } from './text-hash.ts'

const firstRows = 65_536

/** A record that takes a number in its transaction. */
export type Numbered = RowMessage | LogicalMessage

export class PassedRows {
  private digests = new Float64Array(firstRows)
  private count = 0
  readonly keys = new KeyTally()
  /** Rows that are read. */
  changes = 0
  readonly tables = new Set<TableName>()
  bytes = 0

  get rows(): number {
    return this.count
  }

  add(message: Numbered): void {
    if (this.count === this.digests.length) {
      const larger = new Float64Array(this.count * 2)
      larger.set(this.digests)
      this.digests = larger
    }
    this.digests[this.count] = digestOf(message)
    this.count += 1
    if (message.kind !== 'row') return
    this.bytes += bytesOf(message)
    if (message.change === null) return
    this.changes += 1
    this.tables.add(message.table)
    this.keys.add(message.change)
  }

  /** Whether the record is the one that came with its number before. */
  isRepeat(message: Numbered): boolean {
    return this.digests[message.totalOrder - 1] === digestOf(message)
  }
}

/** What a row is held with, about: its record, and what stands around it. */
export const bytesOf = ({ key, bytes }: RowMessage): number => bytes + (key?.bytes.length ?? 0) + objectBytes

const objectBytes = 400

/** By value and not by bytes: what was parsed once may be scanned when it comes again. */
function digestOf(message: Numbered): number {
  const { kind, recordId } = message
  if (kind !== 'row') return textHash(`${kind} ${recordId}`)
  const { table, op, key, change } = message
  const images = change === null ? '' : exactJson([sorted(change.before), sorted(change.after)])
  return textHash(`${recordId} ${table} ${op} ${key?.bytes.toString() ?? ''} ${images}`)
}

/** A parsed row has columns that are called like numbers before all others. */
const sorted = (image: RowImage | null): unknown =>
  image?.columns.toSorted().map((column) => [column, image.get(column)])
