/** A row that is bytes of a record, with the places of its columns: a value is read when somebody asks for it. */
import type { RowImage } from '../image/row-image.ts'
import { valuesOf } from '../image/row-image.ts'
import type { ImageBytes } from '../image/sliced-image.ts'
import type { Tape } from '../image/tape.ts'
import { AvroCursor } from './avro-cursor.ts'
import type { RecordType } from './avro-type.ts'
import { type Read, readOf, type Skip, skipOf } from './avro-value.ts'

/** The columns of the rows that one writer schema describes. */
export class AvroLayout {
  readonly names: readonly string[]
  private readonly members: ReadonlyMap<string, number>
  private readonly skips: readonly Skip[]
  private readonly reads: readonly Read[]
  private readonly cursor = new AvroCursor()

  constructor({ fields }: RecordType) {
    this.names = fields.map(({ name }) => name)
    this.members = new Map(this.names.map((name, member) => [name, member]))
    this.skips = fields.map(({ type }) => skipOf(type))
    this.reads = fields.map(({ type }) => readOf(type))
  }

  /** Passes a row by, and writes on the tape where its values stand. Raises AvroFault. */
  scan(cursor: AvroCursor, source: ImageBytes, tape: Tape): AvroImage {
    const { skips } = this
    tape.room(skips.length)
    const { places, mark } = tape
    for (let member = 0; member < skips.length; member += 1) {
      places[mark + member] = cursor.at
      skips[member]?.(cursor)
    }
    tape.mark += skips.length
    return new AvroImage(source, this, { places, mark })
  }

  memberOf(name: string): number | undefined {
    return this.members.get(name)
  }

  /** The value that stands at `at`; it has been passed by, and so it can be read. */
  read(member: number, bytes: Buffer, at: number): unknown {
    this.cursor.open(bytes, at)
    return this.reads[member]?.(this.cursor)
  }
}

export class AvroImage implements RowImage {
  private readonly source: ImageBytes
  private readonly layout: AvroLayout
  private readonly places: Int32Array
  private readonly mark: number

  constructor(source: ImageBytes, layout: AvroLayout, { places, mark }: Pick<Tape, 'places' | 'mark'>) {
    this.source = source
    this.layout = layout
    this.places = places
    this.mark = mark
  }

  get columns(): readonly string[] {
    return this.layout.names
  }

  get(column: string): unknown {
    const member = this.layout.memberOf(column)
    if (member === undefined) return undefined
    return this.layout.read(member, this.source.bytes, this.places[this.mark + member] ?? 0)
  }

  toJSON(): Readonly<Record<string, unknown>> {
    return valuesOf(this)
  }
}
