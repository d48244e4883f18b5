/** What a comparison has found so far, as it stands in its topic under the name of the mapping: no value of a row is in it. */
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { isJsonObject } from '../diagnostics/json-object.ts'
import type { ParityTally } from './causes.ts'
import type { Side } from './compared-event.ts'

const format = 1

export interface ParityReport {
  readonly mapping: string
  /** Of the comparison. */
  readonly version: string
  /** Offset, in the registry log, of the word with which it began. */
  readonly word: number
  readonly topics: Readonly<Record<Side, string>>
  /** When this was written, ms since the epoch. */
  readonly atMs: number
  /** Of the first event that was compared; null: there was none yet. */
  readonly sinceMs: number | null
  /** Up to when both streams have been judged. */
  readonly judgedMs: number
  /** Of the oldest event that waits for its pair; null: none waits. */
  readonly pendingSinceMs: number | null
  readonly stalled: Side | null
  /** Records of the native stream in another partition than their key says. */
  readonly wrongPartitions: number
  readonly tally: ParityTally
}

export const encodeParityReport = (report: ParityReport): Buffer => Buffer.from(JSON.stringify({ format, ...report }))

/** Raises `NEWER_FORMAT`, and `PARITY_UNREADABLE` for what this build has not written. */
export function decodeParityReport(value: Buffer): ParityReport {
  const json = parsed(value)
  if (!isReport(json)) {
    throw new FalseworkError('PARITY_UNREADABLE', 'a record of the topic of comparisons cannot be read')
  }
  if (json.format <= format) return json
  throw new FalseworkError('NEWER_FORMAT', `a comparison has format ${json.format}, this build reads ${format}`)
}

const isReport = (json: unknown): json is ParityReport & { readonly format: number } =>
  isJsonObject(json) && typeof json['format'] === 'number' && isJsonObject(json['tally'])

function parsed(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString())
  } catch {
    return null
  }
}
