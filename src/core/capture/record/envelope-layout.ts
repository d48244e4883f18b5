/** How a connector writes the envelopes of its row changes: learned from one of them. */
import { FixedBytes } from '../image/fixed-bytes.ts'
import { JsonBytes } from '../image/json-bytes.ts'
import { learnLayout, type ObjectLayout } from '../image/object-layout.ts'
import { Tape } from '../image/tape.ts'

export interface EnvelopeLayout {
  readonly outer: ObjectLayout
  readonly source: ObjectLayout
  /** Null as long as no change of a transaction has taught it. */
  readonly transaction: TransactionLayout | null
  /** `,"source":{`, which no text of a row can hold: a quote is escaped there. */
  readonly sourceOpening: FixedBytes
  /** Members of `outer`. */
  readonly members: {
    readonly before: number
    readonly after: number
    readonly source: number
    readonly transaction: number
    readonly op: number
  }
  /** Members of `source`; −1: connectors of this release have none. */
  readonly ofSource: {
    readonly schema: number
    readonly table: number
    readonly snapshot: number
    readonly commitUs: number
  }
}

/** How the place in a transaction is written, which rows of a snapshot have none of. */
export interface TransactionLayout {
  readonly layout: ObjectLayout
  /** Members of it. */
  readonly id: number
  readonly totalOrder: number
}

/** What a record taught: its envelope, and the layout of its images. */
export interface Learned {
  readonly envelope: EnvelopeLayout
  readonly image: ObjectLayout
}

const openBrace = 0x7b

/**
 * From a row change that the exact path has read. Null where there is nothing to learn: another shape, blanks between
 * members, a connector that says its commit times in ms alone.
 */
export function learnEnvelope(value: Buffer, schemaField: 'schema' | 'db'): Learned | null {
  const outer = learnLayout(value, 0)
  if (outer === null) return null
  const starts = startsOf(outer, value)
  const startOf = (name: string): number => starts[outer.memberOf(name)] ?? -1
  const source = learnLayout(value, startOf('source'))
  const image = learnLayout(value, value[startOf('after')] === openBrace ? startOf('after') : startOf('before'))
  if (source === null || image === null) return null
  const sourceName = outer.openings[outer.memberOf('source')]
  const envelope: EnvelopeLayout = {
    outer,
    source,
    transaction: learnTransaction(value, startOf('transaction')),
    sourceOpening: new FixedBytes(Buffer.concat([sourceName?.bytes ?? Buffer.alloc(0), Buffer.from('{')])),
    members: {
      before: outer.memberOf('before'),
      after: outer.memberOf('after'),
      source: outer.memberOf('source'),
      transaction: outer.memberOf('transaction'),
      op: outer.memberOf('op'),
    },
    ofSource: {
      schema: source.memberOf(schemaField),
      table: source.memberOf('table'),
      snapshot: source.memberOf('snapshot'),
      commitUs: source.memberOf('ts_us'),
    },
  }
  return isWhole(envelope) ? { envelope, image } : null
}

function learnTransaction(value: Buffer, at: number): TransactionLayout | null {
  const layout = learnLayout(value, at)
  if (layout === null) return null
  const [id, totalOrder] = [layout.memberOf('id'), layout.memberOf('total_order')]
  return id < 0 || totalOrder < 0 ? null : { layout, id, totalOrder }
}

function startsOf(layout: ObjectLayout, value: Buffer): Int32Array {
  const tape = new Tape()
  tape.room(layout.placeCount)
  const json = new JsonBytes()
  json.open(value)
  layout.scan(json, 0, tape)
  return tape.places
}

function isWhole({ members, ofSource }: EnvelopeLayout): boolean {
  const { schema, table, commitUs } = ofSource
  return [...Object.values(members), schema, table, commitUs].every((at) => at >= 0)
}
