/**
 * What a writer schema makes of the records that it describes: keys, row changes, and all others. Of a change, which is
 * nearly every record, no more is read than what proves its place; rows stay bytes.
 */
import type { ImageBytes } from '../image/sliced-image.ts'
import type { Tape } from '../image/tape.ts'
import type { JsonObject } from '../record/record-json.ts'
import type { AvroCursor } from './avro-cursor.ts'
import { type AvroImage, AvroLayout } from './avro-image.ts'
import { type AvroType, type RecordType, SchemaFault } from './avro-type.ts'
import { type Read, readOf, readTextAgain, skipOf } from './avro-value.ts'

export type AvroRecord =
  | { readonly kind: 'change'; readonly change: ChangeReader }
  | { readonly kind: 'other'; readonly read: Read }

export interface AvroChange {
  /** `op`, and of `source` and `transaction` what is asked for; without the rows. */
  readonly envelope: JsonObject
  readonly before: AvroImage | null
  readonly after: AvroImage | null
}

/** What anybody asks for of the members of an envelope; of no other member is anything read. */
const askedFor: Readonly<Record<string, readonly string[]>> = {
  source: ['schema', 'db', 'table', 'snapshot', 'ts_us', 'ts_ms'],
  transaction: ['id', 'total_order'],
}

/** As the exact path for JSON tells them apart. Raises SchemaFault. */
export function avroRecord(type: AvroType): AvroRecord {
  const record = expectRecord(type)
  const names = new Set(record.fields.map(({ name }) => name))
  if (names.has('source') && names.has('op')) return { kind: 'change', change: new ChangeReader(record) }
  return { kind: 'other', read: readOf(record) }
}

/** Raises SchemaFault. */
export function expectRecord(type: AvroType): RecordType {
  if (type.kind === 'record' && !type.isMapEntry) return type
  throw new SchemaFault('a type that is no record')
}

/** Reads the envelopes of one writer schema. */
export class ChangeReader {
  private readonly steps: readonly ((cursor: AvroCursor, into: Found) => void)[]

  constructor(type: RecordType) {
    // Both rows have one type, and so one layout.
    const layouts = new Map<RecordType, AvroLayout>()
    this.steps = type.fields.map((field) => stepOf(field, layouts))
  }

  /** Raises AvroFault. */
  read(cursor: AvroCursor, source: ImageBytes, tape: Tape): AvroChange {
    const found: Found = { source, tape, envelope: {}, before: null, after: null }
    for (const step of this.steps) step(cursor, found)
    return found
  }
}

interface Found {
  readonly source: ImageBytes
  readonly tape: Tape
  /** Its members have names that are written here, never those of a schema. */
  readonly envelope: Record<string, unknown>
  before: AvroImage | null
  after: AvroImage | null
}

function stepOf(
  { name, type }: RecordType['fields'][number],
  layouts: Map<RecordType, AvroLayout>,
): (cursor: AvroCursor, into: Found) => void {
  if (name === 'before' || name === 'after') {
    const scan = scanOf(type, layouts)
    return (cursor, into) => {
      into[name] = scan(cursor, into)
    }
  }
  const members = Object.hasOwn(askedFor, name) ? askedFor[name] : undefined
  if (members !== undefined || name === 'op') {
    const read = members === undefined ? readOf(type) : readMembers(type, members)
    return (cursor, into) => {
      into.envelope[name] = read(cursor)
    }
  }
  return skipOf(type)
}

/** Of a row or null. Raises SchemaFault for whatever else could stand there. */
function scanOf(
  type: AvroType,
  layouts: Map<RecordType, AvroLayout>,
): (cursor: AvroCursor, into: Found) => AvroImage | null {
  if (type.kind === 'null') return () => null
  if (type.kind === 'union') {
    const scans = type.branches.map((branch) => scanOf(branch, layouts))
    return (cursor, into) => scans[cursor.index(scans.length)]?.(cursor, into) ?? null
  }
  const record = expectRecord(type)
  const layout = layouts.get(record) ?? new AvroLayout(record)
  layouts.set(record, layout)
  return (cursor, { source, tape }) => layout.scan(cursor, source, tape)
}

/** Names of tables and ids of transactions are the same in many records. */
const readMember = (type: AvroType): Read => (type.kind === 'string' ? readTextAgain() : readOf(type))

/** Some members of a record, or of one that may be null; any other type as it is. */
function readMembers(type: AvroType, wanted: readonly string[]): Read {
  if (type.kind === 'union') {
    const reads = type.branches.map((branch) => readMembers(branch, wanted))
    return (cursor) => reads[cursor.index(reads.length)]?.(cursor)
  }
  if (type.kind !== 'record' || type.isMapEntry) return readOf(type)
  const steps = type.fields.map((field) => {
    const name = wanted.find((one) => one === field.name)
    return name === undefined ? { name, pass: skipOf(field.type) } : { name, pass: readMember(field.type) }
  })
  return (cursor) => {
    const members: Record<string, unknown> = {}
    for (const { name, pass } of steps) {
      const value = pass(cursor)
      if (name !== undefined) members[name] = value
    }
    return members
  }
}
