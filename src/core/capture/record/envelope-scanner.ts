/** Row changes and rows of snapshots read from their bytes: places of what is asked for, and images that stay bytes. */
import { isUtf8 } from 'node:buffer'
import { FixedBytes } from '../image/fixed-bytes.ts'
import { JsonBytes, met, sameBytes, type Stretch } from '../image/json-bytes.ts'
import { readText, readValue } from '../image/json-value.ts'
import type { ObjectLayout } from '../image/object-layout.ts'
import { type ImageBytes, SlicedImage } from '../image/sliced-image.ts'
import { Tape } from '../image/tape.ts'
import { type EnvelopeLayout, learnEnvelope, type TransactionLayout } from './envelope-layout.ts'

type StreamedOp = 'c' | 'u' | 'd'

interface ScannedRow<Table> {
  readonly table: Table
  readonly before: SlicedImage | null
  readonly after: SlicedImage | null
  readonly commitUs: number
}

/** What was read of one change; of a row of a snapshot, where it stands is `source.snapshot`. */
export type ScannedChange<Table> = ScannedRow<Table> &
  (
    | { readonly op: StreamedOp; readonly transactionId: string; readonly totalOrder: number }
    | { readonly op: 'r'; readonly snapshot: unknown }
  )

/** Layouts in which rows of a table come, the one that came last first. */
export interface ScannedTable {
  layouts: readonly ObjectLayout[]
}

/** The names of so many are compared as bytes, which costs less than making texts of them. */
const knownTablesMax = 16

interface KnownTable<Table> {
  readonly schema: Stretch
  readonly table: Stretch
  readonly found: Table
}

/** A table changes now and then; who sees more than these is at a table that changes all the time. */
const layoutsMax = 4

const ops: Readonly<Record<number, StreamedOp | 'r' | undefined>> = { 0x63: 'c', 0x75: 'u', 0x64: 'd', 0x72: 'r' }
const quote = 0x22
const openBrace = 0x7b
const closeBrace = 0x7d
/** The letters with which `null` and `false` begin. */
const nullLetter = 0x6e
const falseLetter = 0x66
const falseText = new FixedBytes(Buffer.from('"false"'))

/**
 * Knows one envelope at a time, that of the connector which writes the log, and the layouts of each table. A record
 * that is not exactly so gives null, and `learn` is told of it when it was read otherwise.
 */
export class EnvelopeScanner<Table extends ScannedTable> {
  private readonly schemaField: 'schema' | 'db'
  private readonly tableOf: (schema: string, table: string) => Table
  private envelope: EnvelopeLayout | null = null
  private readonly json = new JsonBytes()
  private readonly images = new Tape()
  /** Of `source`, and behind it of `transaction`: written again for each record. */
  private readonly scratch = new Tape()
  /** From the end of a record to its source: the same for nearly all of them. */
  private sourceFromEnd = 0
  /** Those whose rows came last. */
  private known: readonly KnownTable<Table>[] = []

  constructor(options: {
    readonly schemaField: 'schema' | 'db'
    readonly tableOf: (schema: string, table: string) => Table
  }) {
    this.schemaField = options.schemaField
    this.tableOf = options.tableOf
  }

  /** From a change of a table that `JSON.parse` has read. */
  learn(value: Buffer, table: Table): void {
    const learned = learnEnvelope(value, this.schemaField)
    if (learned === null) return
    const { envelope, image } = learned
    // A row of a snapshot, which may stand between those of transactions, says nothing of how these are written.
    const transaction = envelope.transaction ?? this.envelope?.transaction ?? null
    this.envelope = { ...envelope, transaction }
    this.scratch.mark = 0
    this.scratch.room(envelope.source.placeCount + (transaction?.layout.placeCount ?? 0))
    const others = table.layouts.filter(({ signature }) => signature !== image.signature)
    table.layouts = [image, ...others].slice(0, layoutsMax)
  }

  /** Null for what is not exactly of the known form, right or wrong. */
  scan(value: Buffer): ScannedChange<Table> | null {
    const { envelope, json, scratch } = this
    if (envelope === null) return null
    json.open(value)
    scratch.mark = 0
    const sourceAt = this.findSource(value, envelope)
    if (sourceAt < 0) return null
    const sourceEnd = envelope.source.scan(json, sourceAt, scratch)
    if (sourceEnd < 0) return null
    const isStreamed = this.isStreamed(value, envelope)
    if (isStreamed && envelope.transaction === null) return null
    const transaction = isStreamed ? envelope.transaction : null
    const table = this.findTable(value, envelope)
    scratch.mark = envelope.source.placeCount
    const change = this.scanMembers(value, { envelope, transaction, table, sourceAt, sourceEnd })
    return (json.met & met.beyondAscii) !== 0 && !isUtf8(value) ? null : change
  }

  private findSource(value: Buffer, { sourceOpening }: EnvelopeLayout): number {
    const guess = value.length - this.sourceFromEnd
    const at = sourceOpening.standsAt(this.json, guess) ? guess : value.lastIndexOf(sourceOpening.bytes)
    if (at < 0) return -1
    this.sourceFromEnd = value.length - at
    return at + sourceOpening.length - 1
  }

  private isStreamed(value: Buffer, { ofSource }: EnvelopeLayout): boolean {
    if (ofSource.snapshot < 0) return true
    const at = this.scratch.places[ofSource.snapshot] ?? 0
    return value[at] === nullLetter || value[at] === falseLetter || falseText.standsAt(this.json, at)
  }

  private findTable(value: Buffer, { source, ofSource }: EnvelopeLayout): Table {
    const schema = this.stretch(value, source, ofSource.schema)
    const table = this.stretch(value, source, ofSource.table)
    for (const known of this.known) {
      if (sameBytes(table, known.table) && sameBytes(schema, known.schema)) return known.found
    }
    const found = this.tableOf(textOf(schema), textOf(table))
    const known = { schema: copied(schema), table: copied(table), found }
    this.known = [known, ...this.known.slice(0, knownTablesMax - 1)]
    return found
  }

  private stretch(bytes: Buffer, layout: ObjectLayout, member: number): Stretch {
    return { bytes, start: this.scratch.places[member] ?? 0, end: layout.endOf(member, this.scratch.places, 0) }
  }

  private scanMembers(value: Buffer, at: ChangePlace<Table>): ScannedChange<Table> | null {
    const { envelope, transaction, table, sourceAt, sourceEnd } = at
    const { outer, members } = envelope
    const { openings } = outer
    const { json } = this
    let metInImages = 0
    const source: ImageBytes = { bytes: value, plain: false }
    let before: SlicedImage | null = null
    let after: SlicedImage | null = null
    let opAt = 0
    let position = 0
    for (let member = 0; member < openings.length; member += 1) {
      // There is one for each member.
      const opening = openings[member] as FixedBytes
      if (!opening.standsAt(json, position)) return null
      position += opening.length
      if (member === members.source) position = position === sourceAt ? sourceEnd : -1
      else if (member === members.transaction && transaction !== null) {
        position = transaction.layout.scan(json, position, this.scratch)
      } else if (value[position] === openBrace && (member === members.before || member === members.after)) {
        const metBefore = json.met
        json.met = met.nothing
        const image = this.scanImage(source, { at: position, like: before }, table)
        metInImages |= json.met
        json.met |= metBefore
        if (member === members.before) before = image
        else after = image
        position = image === null ? -1 : image.end
      } else {
        if (member === members.op) opAt = position
        position = json.valueEnd(position)
      }
      if (position < 0) return null
    }
    if (value[position] !== closeBrace || position + 1 !== value.length) return null
    source.plain = metInImages === met.nothing
    return this.changeOf(value, { envelope, transaction, table, opAt, before, after })
  }

  /** `like`: of the same row, and probably of much the same bytes. */
  private scanImage(source: ImageBytes, { at, like }: ImagePlace, table: Table): SlicedImage | null {
    const { images, json } = this
    const { layouts } = table
    for (const layout of layouts) {
      images.room(layout.placeCount)
      const end = like?.layout === layout ? layout.scanLike(json, at, images, like) : layout.scan(json, at, images)
      if (end < 0) continue
      if (layout !== layouts[0]) table.layouts = [layout, ...layouts.filter((other) => other !== layout)]
      const image = new SlicedImage(source, layout, images)
      images.mark += layout.placeCount
      return image
    }
    return null
  }

  private changeOf(
    value: Buffer,
    found: Pick<ScannedRow<Table>, 'table' | 'before' | 'after'> &
      Pick<ChangePlace<Table>, 'envelope' | 'transaction'> & { readonly opAt: number },
  ): ScannedChange<Table> | null {
    const { envelope, transaction, table, opAt, before, after } = found
    const { source, ofSource } = envelope
    const op = value[opAt] === quote && value[opAt + 2] === quote ? ops[value[opAt + 1] ?? 0] : undefined
    if (op === undefined || (op === 'd' ? before === null || after !== null : after === null)) return null
    const { places, mark } = this.scratch
    const commitUs = valueOf(value, source, ofSource.commitUs, { places, mark: 0 })
    if (!isWhole(commitUs)) return null
    if (op === 'r' || transaction === null) {
      // Whatever else comes so is left to the exact path.
      if (op !== 'r' || transaction !== null || before !== null) return null
      const snapshot = valueOf(value, source, ofSource.snapshot, { places, mark: 0 })
      return { table, op, before, after, snapshot, commitUs }
    }
    const { layout } = transaction
    const transactionId = valueOf(value, layout, transaction.id, { places, mark })
    const totalOrder = valueOf(value, layout, transaction.totalOrder, { places, mark })
    if (!isWhole(totalOrder) || typeof transactionId !== 'string') return null
    return { table, op, before, after, transactionId, totalOrder, commitUs }
  }
}

interface ImagePlace {
  readonly at: number
  readonly like: SlicedImage | null
}

interface ChangePlace<Table> {
  readonly envelope: EnvelopeLayout
  /** Null: a row of a snapshot. */
  readonly transaction: TransactionLayout | null
  readonly table: Table
  readonly sourceAt: number
  readonly sourceEnd: number
}

function valueOf(
  bytes: Buffer,
  layout: ObjectLayout,
  member: number,
  { places, mark }: Pick<Tape, 'places' | 'mark'>,
): unknown {
  return readValue(bytes, places[mark + member] ?? 0, layout.endOf(member, places, mark), false)
}

const textOf = ({ bytes, start, end }: Stretch): string => readText(bytes, start, end, false)

/** The bytes of a record are let go. */
function copied({ bytes, start, end }: Stretch): Stretch {
  return { bytes: Buffer.from(bytes.subarray(start, end)), start: 0, end: end - start }
}

const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value)
