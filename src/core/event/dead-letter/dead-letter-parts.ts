/** A dead letter that is larger than brokers like, in numbered records under keys of their own, and back as one. */
import { hash } from 'node:crypto'
import { brand } from '../../../brand.ts'
import { isJsonObject } from '../../diagnostics/json-object.ts'
import type { FixedHeaders } from '../event-record.ts'
import { exactJson } from '../../values/exact-json.ts'

/** Of a value. Half of what brokers take in one batch, unless they are told otherwise. */
export const letterBytesMax = 524_288

/** What the first record keeps of the failure itself: its class and place, and small rows. */
const firstFailureBytesMax = 32_768

/** Far more than may be held of one source transaction; a number above it was not written by us. */
const partsMax = 10_000

/** Says of which writing of the letter a part is: an older one may have had more parts, and they stay. */
const digestHeader = `${brand.headerPrefix}letter-digest`

const jsonHeaders: FixedHeaders = Object.freeze([['content-type', 'application/json']] as const)
const textHeaders: FixedHeaders = Object.freeze([['content-type', 'text/plain; charset=utf-8']] as const)

export interface LetterRecord {
  readonly key: string
  readonly value: Buffer
  readonly fixedHeaders: FixedHeaders
  readonly headers: readonly string[]
}

export interface Letter {
  readonly id: string
  readonly failure: Readonly<Record<string, unknown>>
  readonly [name: string]: unknown
}

/**
 * One record, or several: the first has what is small of the letter and says how many parts there are; those from 2 on,
 * put together, are the JSON text of the whole letter, `input` included: it is what the letter is translated again from.
 */
export function letterRecords(letter: Letter, input: object | null = null): readonly [LetterRecord, ...LetterRecord[]] {
  const whole = input === null ? letter : { ...letter, input }
  return splitRecords(letter.id, whole, () => ({ ...letter, failure: smallOf(letter.failure) }))
}

/**
 * The same of any document: `first` is what its first record has, beside its parts, where it is more than one record.
 */
export function splitRecords(
  id: string,
  whole: object,
  first: () => object,
): readonly [LetterRecord, ...LetterRecord[]] {
  const bytes = Buffer.from(exactJson(whole))
  if (bytes.length <= letterBytesMax) return [{ key: id, value: bytes, fixedHeaders: jsonHeaders, headers: [] }]
  const digest = digestOf(bytes)
  const parts = cut(bytes).map((value, index): LetterRecord => {
    return { key: `${id}/${index + 2}`, value, fixedHeaders: textHeaders, headers: [digestHeader, digest] }
  })
  const value = Buffer.from(exactJson({ ...first(), parts: { count: parts.length + 1, digest } }))
  return [{ key: id, value, fixedHeaders: jsonHeaders, headers: [] }, ...parts]
}

const digestOf = (bytes: Buffer): string => hash('sha256', bytes).slice(0, 32)

/** Never inside a character: each part is text. */
function cut(bytes: Buffer): readonly Buffer[] {
  const parts: Buffer[] = []
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + letterBytesMax, bytes.length)
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
    parts.push(bytes.subarray(start, end))
    start = end
  }
  return parts
}

function smallOf(failure: Letter['failure']): Record<string, unknown> {
  let left = firstFailureBytesMax
  const small: [string, unknown][] = []
  for (const [name, value] of Object.entries(failure)) {
    const bytes = Buffer.byteLength(exactJson({ [name]: value }))
    if (bytes > left) continue
    left -= bytes
    small.push([name, value])
  }
  return Object.fromEntries(small)
}

/** What stands in the topic: `first` is the JSON value of the record under the letter's own id. */
export type JoinedLetter =
  /** The first record is all of it. */
  | { readonly kind: 'single' }
  | { readonly kind: 'whole'; readonly text: string }
  /** Compaction has passed in between, or the reader has come too early or too late. */
  | {
      readonly kind: 'incomplete'
      readonly count: number
      readonly missing: readonly number[]
      /** The text of the others. */
      readonly found: Readonly<Record<string, string>>
    }

/** Of all its records, the first one first. */
export const letterKeys = (id: string, records: number): readonly [string, ...string[]] => [
  id,
  ...Array.from({ length: records - 1 }, (_, index) => `${id}/${index + 2}`),
]

/** Of the letter that a record with this key is, or is a part of. */
export const letterIdOf = (key: string): string => partKey.exec(key)?.groups?.['id'] ?? key

const partKey = /^(?<id>.+)\/(?<number>\d+)$/s

/** Gathers parts while the records of the topic pass, each key's in their order. */
export class LetterParts {
  private readonly byKey = new Map<string, { readonly digest: string; readonly value: Buffer }>()

  /** Whether the record is a part of a letter, or ends one: it is nothing else then. */
  take(record: {
    readonly key: Buffer | null
    readonly value: Buffer | null
    readonly headers: Pick<ReadonlyMap<string, Buffer>, 'get'>
  }): boolean {
    const { value, headers } = record
    const key = record.key?.toString() ?? ''
    const digest = headers.get(digestHeader)?.toString()
    if (!partKey.test(key) || (value !== null && digest === undefined)) return false
    if (value === null || digest === undefined) this.byKey.delete(key)
    else this.byKey.set(key, { digest, value })
    return true
  }

  /** The greatest number under which a part of the letter stands, be it of an older writing; 1: there are none. */
  recordsOf(id: string): number {
    const numbers = [...this.byKey.keys()].flatMap((key) => {
      const found = partKey.exec(key)?.groups
      return found?.['id'] === id ? [Number(found['number'])] : []
    })
    return Math.max(1, ...numbers)
  }

  join(id: string, first: Readonly<Record<string, unknown>>): JoinedLetter {
    const split = splitOf(first)
    if (split === null) return { kind: 'single' }
    const { count, digest } = split
    const numbers = Array.from({ length: count - 1 }, (_, index) => index + 2)
    const found = new Map<number, Buffer>()
    for (const number of numbers) {
      const part = this.byKey.get(`${id}/${number}`)
      if (part?.digest === digest) found.set(number, part.value)
    }
    const bytes = Buffer.concat([...found.values()])
    if (digestOf(bytes) === digest) return { kind: 'whole', text: bytes.toString() }
    return {
      kind: 'incomplete',
      count,
      missing: numbers.filter((number) => !found.has(number)),
      found: Object.fromEntries([...found].map(([number, value]) => [String(number), value.toString()])),
    }
  }
}

function splitOf({ parts }: Readonly<Record<string, unknown>>): { count: number; digest: string } | null {
  if (!isJsonObject(parts)) return null
  const { count, digest } = parts
  if (typeof count !== 'number' || !Number.isInteger(count) || typeof digest !== 'string') return null
  return count >= 2 && count <= partsMax ? { count, digest } : null
}
