/** A stretch of a raw log that somebody has written to a file: a record a line, in JSON. */
import { schemaIdOf } from '../../../core/capture/avro/writer-schemas.ts'
import type { RawFormat } from '../../../core/capture/raw-format.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { RawLog, RecordBatch } from '../../../ports/kafka/raw-log.ts'

export interface CaptureFile {
  readonly text: string
  /** Its name, for mistakes. */
  readonly file: string
}

interface CapturedRecord {
  readonly offset: number
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: ReadonlyMap<string, Buffer>
}

/**
 * Each line has `offset`, `key` and `value`, and may have `timestampMs` and `headers`; kcat's names and list of headers
 * are read as well. Keys and values of Avro stand in base64, as no text holds their bytes; an empty one is none.
 *
 * Raises `CAPTURE_FILE`, naming the line and nothing that it holds.
 */
export function capturedLog({ text, file }: CaptureFile, format: RawFormat): RawLog {
  const records: CapturedRecord[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const found = recordOf(line, format === 'avro' ? bytesOfAvro : bytesOfText)
    const refused = (what: string): FalseworkError =>
      new FalseworkError('CAPTURE_FILE', `${file}:${index + 1}: ${what}`)
    if (typeof found === 'string') throw refused(found)
    const before = records.at(-1)
    if (before !== undefined && before.offset >= found.offset) {
      throw refused(`offset ${found.offset} behind ${before.offset}: records stand in the order of one partition`)
    }
    records.push(found)
  }
  const [first, last] = [records[0], records.at(-1)]
  if (first === undefined || last === undefined) throw new FalseworkError('CAPTURE_FILE', `${file} holds no record`)
  const end = last.offset + 1
  return {
    read: async (from) =>
      await Promise.resolve(batchOf(records.slice(records.findIndex((one) => one.offset >= from)), end)),
    range: async () => await Promise.resolve({ first: first.offset, end }),
    close: async () => {
      await Promise.resolve()
    },
  }
}

const batchOf = (records: readonly CapturedRecord[], end: number): RecordBatch => ({
  count: records.length,
  offset: (index) => records[index]?.offset ?? -1,
  timestampMs: (index) => records[index]?.timestampMs ?? 0,
  key: (index) => records[index]?.key ?? null,
  value: (index) => records[index]?.value ?? null,
  header: (index, name) => records[index]?.headers.get(name) ?? null,
  next: end,
  end,
  codec: null,
})

/** What is wrong with the line, where it is no record. */
function recordOf(line: string, bytesOf: BytesOf): CapturedRecord | string {
  const json = parsed(line)
  if (json === null) return 'is no JSON object'
  const { offset, key = null, headers = {} } = json
  const value = json['value'] ?? json['payload'] ?? null
  const timestampMs = json['timestampMs'] ?? json['ts'] ?? 0
  if (!isCount(offset)) return 'has no offset'
  if (!isCount(timestampMs)) return 'has a timestamp that is no number'
  if (!isText(key) || !isText(value)) return 'has a key or a value that is no text'
  const [keyBytes, valueBytes] = [bytesOf(key), bytesOf(value)]
  if (keyBytes === 'noAvro' || valueBytes === 'noAvro') {
    return 'has a key or a value that is no Avro record in base64, as the connector file says they are'
  }
  return { offset, timestampMs, key: keyBytes, value: valueBytes, headers: headersOf(headers) }
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const json: unknown = JSON.parse(line)
    return typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : null
  } catch {
    return null
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

const isText = (value: unknown): value is string | null => value === null || typeof value === 'string'

type BytesOf = (text: string | null) => Buffer | null | 'noAvro'

const bytesOfText = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text))

function bytesOfAvro(text: string | null): Buffer | null | 'noAvro' {
  if (text === null || text === '') return null
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text && schemaIdOf(bytes) !== null ? bytes : 'noAvro'
}

/** As names with values, or as kcat has them: names and values in turn. Of a name that stands twice the first counts. */
function headersOf(headers: unknown): ReadonlyMap<string, Buffer> {
  const pairs: readonly (readonly [unknown, unknown])[] = Array.isArray(headers)
    ? headers.flatMap((name: unknown, at) => (at % 2 === 0 ? [[name, headers[at + 1] as unknown] as const] : []))
    : Object.entries(headers ?? {})
  const texts = pairs.flatMap(([name, value]): [string, Buffer][] =>
    typeof name === 'string' && typeof value === 'string' ? [[name, Buffer.from(value)]] : [],
  )
  return new Map(texts.toReversed())
}
