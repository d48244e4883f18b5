/** The envelope of a record: parsed whole, or, where it looks exactly as Debezium 3.6 writes it, without what nobody reads. */
import type { RecordPlace } from './raw-records.ts'
import { type JsonObject, parseObject } from './record-json.ts'

/**
 * Everything behind the images of a streamed PostgreSQL row change. A third of the members of a record stand here,
 * and six of them are read. The text cannot occur inside a string, where every quote is escaped.
 */
const tail =
  /,"source":\{"version":"[^"\\]*","connector":"postgresql","name":"[^"\\]*","ts_ms":\d+,"snapshot":(?:null|"false"),"db":"[^"\\]*","sequence":"(?:[^"\\]|\\.)*","ts_us":(\d{1,16}),"ts_ns":\d+,"schema":"([^"\\]*)","table":"([^"\\]*)","txId":\d+,"lsn":\d+,"xmin":null,"origin":null,"origin_lsn":null\},"transaction":\{"id":"([^"\\]*)","total_order":(\d{1,15}),"data_collection_order":\d+\},"op":"([cud])","ts_ms":\d+,"ts_us":\d+,"ts_ns":\d+\}$/y
const tailBegins = ',"source":{"version":"'

export interface Envelope {
  readonly members: JsonObject
  readonly parsed: 'short' | 'whole'
}

/**
 * The members that are read mean the same either way. Raises `BAD_JSON`. A text that is nearly of the known form, but
 * not quite (a column that is a struct with such members, another connector, a release that adds a member), is parsed
 * whole.
 */
export function parseEnvelope(text: string, at: RecordPlace): Envelope {
  const members = parseShort(text)
  return members === null ? { members: parseObject(text, at), parsed: 'whole' } : { members, parsed: 'short' }
}

function parseShort(text: string): JsonObject | null {
  const cut = text.lastIndexOf(tailBegins)
  if (cut < 0) return null
  tail.lastIndex = cut
  const found = tail.exec(text)
  const images = found === null ? null : parseImages(text.slice(0, cut))
  if (found === null || images === null) return null
  const [, commitUs, schema, table, id, totalOrder, op] = found
  return {
    before: images['before'],
    after: images['after'],
    source: { schema, table, ts_us: Number(commitUs), snapshot: null },
    transaction: { id, total_order: Number(totalOrder) },
    op,
  }
}

/** `{"before":…,"after":…`, closed; null when it has not just these two, whatever is wrong with it. */
function parseImages(head: string): JsonObject | null {
  if (!head.startsWith('{"before":')) return null
  try {
    const images = JSON.parse(`${head}}`) as JsonObject
    const names = Object.keys(images)
    return names.length === 2 && names[1] === 'after' ? images : null
  } catch {
    return null
  }
}
