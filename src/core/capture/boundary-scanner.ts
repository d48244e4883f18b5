/** BEGIN and END read from their bytes: every source transaction has both, and most are short. */
import type { BeginMessage, EndMessage } from './capture-message.ts'
import { JsonBytes, met } from './image/json-bytes.ts'
import { readValue } from './image/json-value.ts'
import { learnLayout, type ObjectLayout } from './image/object-layout.ts'
import { Tape } from './image/tape.ts'
import type { RecordPlace } from './record/raw-records.ts'
import type { SourceDialect } from './source-dialect.ts'
import { decodeBoundary } from './transaction-boundary.ts'

export class BoundaryScanner {
  private readonly dialect: SourceDialect
  private readonly tape = new Tape()
  private readonly json = new JsonBytes()
  private known: { readonly value: ObjectLayout; readonly key: ObjectLayout } | null = null

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
    const boundary = known === null ? null : this.read(value, known.value)
    if (known === null || boundary === null) return null
    const key = at.records.key(at.index)
    if (key === null || this.read(key, known.key) === null) return null
    return decodeBoundary(boundary, this.dialect, at)
  }

  private read(bytes: Buffer, layout: ObjectLayout): Record<string, unknown> | null {
    const { tape, json } = this
    // Rows, which are most records, end here: at the first letter of their first member.
    if (bytes[2] !== layout.openings[0]?.bytes[2]) return null
    json.open(bytes)
    tape.mark = 0
    tape.room(layout.placeCount)
    if (layout.scan(json, 0, tape) !== bytes.length || (json.met & met.beyondAscii) !== 0) return null
    const values: Record<string, unknown> = {}
    for (const [member, name] of layout.names.entries()) {
      const end = layout.endOf(member, tape.places, 0)
      values[name] = readValue(bytes, tape.places[member] ?? 0, end, json.met === met.nothing)
    }
    return values
  }
}
