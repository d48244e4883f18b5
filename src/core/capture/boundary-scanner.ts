/** BEGIN and END read from their bytes: every source transaction has both, and most are short. */
import type { BeginMessage, EndMessage } from './capture-message.ts'
import { JsonBytes, met } from './image/json-bytes.ts'
import { readValue } from './image/json-value.ts'
import { learnLayout, type ObjectLayout } from './image/object-layout.ts'
import { Tape } from './image/tape.ts'
import type { RecordPlace } from './record/raw-records.ts'
import type { SourceDialect } from './source-dialect.ts'
import { boundaryOf, isCount, sumOfCounts } from './transaction-boundary.ts'

const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c

export class BoundaryScanner {
  private readonly dialect: SourceDialect
  private readonly tape = new Tape()
  private readonly json = new JsonBytes()
  private known: { readonly value: ObjectLayout; readonly key: ObjectLayout } | null = null
  /** Of one item of `data_collections`. */
  private collection: ObjectLayout | null = null

  constructor(dialect: SourceDialect) {
    this.dialect = dialect
  }

  /** From a boundary that was read otherwise. */
  learn(value: Buffer, { records, index }: RecordPlace): void {
    const key = records.key(index)
    const layouts = { value: learnLayout(value, 0), key: key === null ? null : learnLayout(key, 0) }
    this.known = layouts.value === null || layouts.key === null ? null : { value: layouts.value, key: layouts.key }
  }

  /** Null for what is not written as the boundary that was learned from. Raises `BAD_ENVELOPE`. */
  scan(value: Buffer, at: RecordPlace): BeginMessage | EndMessage | null {
    const { known } = this
    // Rows, which are most records, end here: at the first letter of their first member.
    if (known === null || value[2] !== known.value.openings[0]?.bytes[2]) return null
    const key = at.records.key(at.index)
    if (key === null || !this.isWritten(key, known.key) || !this.isWritten(value, known.value)) return null
    const plain = this.json.met === met.nothing
    const { places } = this.tape
    const read = (name: string): unknown => {
      const member = known.value.memberOf(name)
      if (member < 0) return undefined
      return readValue(value, places[member] ?? 0, known.value.endOf(member, places, 0), plain)
    }
    const [status, id, eventCount] = [read('status'), read('id'), read('event_count')]
    const collectionsCount = (): number | null => {
      const start = places[known.value.memberOf('data_collections')] ?? -1
      return this.sumOfScanned(value, start) ?? sumOfCounts(read('data_collections'))
    }
    return boundaryOf({ status, id, eventCount, collectionsCount }, this.dialect, at)
  }

  /** Whether these bytes are an object of the layout, whose places are on the tape then. */
  private isWritten(bytes: Buffer, layout: ObjectLayout): boolean {
    const { tape, json } = this
    json.open(bytes)
    tape.mark = 0
    tape.room(layout.placeCount)
    if (layout.scan(json, 0, tape) !== bytes.length || (json.met & met.beyondAscii) !== 0) return false
    tape.mark = layout.placeCount
    return true
  }

  /** Of the counts in the list at `at`; null for one whose items are not written as the one that was learned from. */
  private sumOfScanned(bytes: Buffer, at: number): number | null {
    const { tape, json } = this
    if (bytes[at] !== openBracket) return null
    const layout = (this.collection ??= learnLayout(bytes, at + 1))
    if (layout === null) return null
    this.collection = null
    tape.room(layout.placeCount)
    const count = layout.memberOf('event_count')
    let sum = 0
    for (let position = at; bytes[position] !== closeBracket; ) {
      // What stands before an item: the bracket, or a comma.
      const end = layout.scan(json, position + 1, tape)
      if (end < 0 || count < 0) return null
      const { places, mark } = tape
      const read = readValue(bytes, places[mark + count] ?? 0, layout.endOf(count, places, mark), true)
      if (!isCount(read)) return null
      sum += read
      position = end
      if (bytes[position] !== comma && bytes[position] !== closeBracket) return null
    }
    this.collection = layout
    return sum
  }
}
