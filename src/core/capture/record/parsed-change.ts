/** A row change from an envelope that `JSON.parse` has read: the way for whatever has no shorter one. */
import type { RowImage } from '../image/row-image.ts'
import { imageOf } from '../image/value-image.ts'
import type { RowChange } from '../row-change.ts'
import { type RecordPlace, recordError } from './raw-records.ts'
import { isObject, isRounded, type JsonObject, parseObjectExactly } from './record-json.ts'

export interface Images {
  readonly before: RowImage | null
  readonly after: RowImage | null
}

export const noImages: Images = { before: null, after: null }

/** The images that the op promises, every integer exact. Raises `BAD_ENVELOPE`, and what record-json.ts raises. */
export function parsedImages(
  op: RowChange['op'],
  { envelope, text }: { readonly envelope: JsonObject; readonly text: string },
  at: RecordPlace,
): Images {
  if (op === 't') return noImages
  const { before, after } = envelope
  const complete = op === 'd' ? isObject(before) && !isObject(after) : isObject(after)
  if (!complete) throw recordError('BAD_ENVELOPE', at, `op ${op} without the image that it needs`)
  const rounded = (isObject(before) && isRounded(before, at)) || (isObject(after) && isRounded(after, at))
  return imagesOf(rounded ? parseObjectExactly(text, at) : envelope)
}

/** As `JSON.parse` gives them: whoever reads no value needs no exact one. */
export function imagesOf(envelope: JsonObject): Images {
  const { before, after } = envelope
  return { before: isObject(before) ? imageOf(before) : null, after: isObject(after) ? imageOf(after) : null }
}

/** Commit time in µs: `source.ts_us`; connectors before 2.6 say it in `ts_ms` alone. Raises `BAD_ENVELOPE`. */
export function parsedCommitTime(source: JsonObject, at: RecordPlace): bigint {
  const { ts_us: us, ts_ms: ms } = source
  if (typeof us === 'number' && Number.isSafeInteger(us)) return BigInt(us)
  if (us === undefined && typeof ms === 'number' && Number.isSafeInteger(ms)) return BigInt(ms) * 1000n
  throw recordError('BAD_ENVELOPE', at, 'a change without its commit time')
}

/** Id and place of a change in its source transaction. Raises `BAD_ENVELOPE` and `NO_TRANSACTION_METADATA`. */
export function parsedPlace(
  envelope: JsonObject,
  at: RecordPlace,
): { readonly transactionId: string; readonly totalOrder: number } {
  const given = envelope['transaction']
  if (!isObject(given)) {
    throw recordError('NO_TRANSACTION_METADATA', at, 'a change that names no source transaction')
  }
  const { id, total_order: totalOrder } = given
  if (typeof id !== 'string' || typeof totalOrder !== 'number') throw withoutPlace(at)
  return { transactionId: id, totalOrder }
}

export const withoutPlace = (at: RecordPlace): Error =>
  recordError('BAD_ENVELOPE', at, 'a change without its place in its source transaction')
