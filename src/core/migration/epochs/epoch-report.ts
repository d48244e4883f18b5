/** What the watch of a mapping's epochs has found so far, beside its comparison in the topic of these: no key is in it. */
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import { list, openObject, required } from '../../shape/composites.ts'
import { parseJson } from '../../shape/json/json-tree.ts'
import { integer, text } from '../../shape/scalars.ts'
import { readParsed, type Shape } from '../../shape/shape.ts'
import type { EpochDecrease } from './epoch-watch.ts'

export interface EpochReport {
  /** When it was written, ms since the epoch. */
  readonly atMs: number
  readonly decreases: readonly EpochDecrease[]
  /** Keys that are watched no more, for want of memory. */
  readonly forgotten: number
}

const format = 1

/** Names of mappings have no blanks: it is no comparison's. */
export const epochReportKey = (mapping: string): string => `${mapping} epochs`

export const encodeEpochReport = (report: EpochReport): Buffer => Buffer.from(JSON.stringify({ format, ...report }))

const shape: Shape<EpochReport & { readonly format: number }> = openObject({
  format: required(integer(), 'Of the report.'),
  atMs: required(integer(), 'When it was written, ms since the epoch.'),
  decreases: required(
    list(
      openObject({
        topic: required(text, 'On Kafka.'),
        partition: required(integer(), 'Of the topic.'),
        offset: required(integer(), 'Of the first record with a lesser epoch than its key had had.'),
        before: required(integer(), 'The epoch that its key had had.'),
        epoch: required(integer(), 'Its own.'),
        records: required(integer(), 'So many of the partition are like it.'),
      }),
    ),
    'One for each partition that has some.',
  ),
  forgotten: required(integer(), 'Keys that are watched no more.'),
})

/** Raises `NEWER_FORMAT`, and `PARITY_UNREADABLE` for what this build has not written. */
export function decodeEpochReport(value: Buffer): EpochReport {
  const read = readParsed(shape, parseJson(value.toString()))
  if (read.kind === 'mistakes') {
    throw new FalseworkError(
      'PARITY_UNREADABLE',
      `a report about epochs cannot be read: ${read.mistakes[0]?.message ?? ''}`,
    )
  }
  const { format: written, ...report } = read.value
  if (written <= format) return report
  throw new FalseworkError('NEWER_FORMAT', `a report about epochs has format ${written}, this build reads ${format}`)
}
