/**
 * What sampled rows say of a table. A draft is committed to git: a value is told only where several rows have it, in a
 * column of few values that all look like codes, so that no name or address of a person is among them.
 */
import { lookOfValues } from '../catalog/personal/personal-look.ts'
import { longestCode, type TableSample, type WantedSample } from './table-sample.ts'

export interface SampleFacts {
  readonly sampledRows: number
  readonly estimatedRows: number | null
  /** Columns that hold few values, by name. */
  readonly codes: ReadonlyMap<string, ColumnCodes>
  /** Columns that are null in no sampled row. */
  readonly neverNull: ReadonlySet<string>
  /** Columns whose values look like personal data, with the kind. */
  readonly personal: ReadonlyMap<string, string>
}

export interface ColumnCodes {
  /** Those that several rows have, the most frequent first. */
  readonly told: readonly string[]
  /** How many there are, with those that are not told. */
  readonly count: number
}

/** What no sample was taken for. */
export const noSample: SampleFacts = {
  sampledRows: 0,
  estimatedRows: null,
  codes: new Map(),
  neverNull: new Set(),
  personal: new Map(),
}

const fewValues = 12
/** A value that fewer rows have may be of one person. */
const rowsOfToldValue = 2
/** On average: in a small table of persons a few names come up more than once. */
const rowsOfEachCode = 4

/** Of a sample that was taken as wanted. */
export function sampleFacts(
  { columns }: Pick<WantedSample, 'columns'>,
  { rows, estimatedRows }: TableSample,
): SampleFacts {
  const codes = new Map<string, ColumnCodes>()
  const neverNull = new Set<string>()
  const personal = new Map<string, string>()
  for (const [at, { name, read }] of columns.entries()) {
    const values = rows.flatMap((row) => row[at] ?? [])
    if (rows.length > 0 && values.length === rows.length) neverNull.add(name)
    const look = read === 'text' ? lookOfValues(values) : null
    if (look !== null) personal.set(name, look)
    const found = read === 'text' && look === null ? codesAmong(values) : null
    if (found !== null) codes.set(name, found)
  }
  return { sampledRows: rows.length, estimatedRows, codes, neverNull, personal }
}

/** Null: they are no codes, as far as one can see. */
function codesAmong(values: readonly string[]): ColumnCodes | null {
  const counts = [...Map.groupBy(values, (value) => value)].map(([value, { length }]) => ({ value, rows: length }))
  const isFew = counts.length <= fewValues && counts.length * rowsOfEachCode <= values.length
  if (!isFew || !counts.every(({ value }) => value === '' || looksLikeCode(value))) return null
  const told = counts
    .filter(({ value, rows }) => value !== '' && rows >= rowsOfToldValue)
    .toSorted((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1))
    .map(({ value }) => value)
  return told.length === 0 ? null : { told, count: counts.length }
}

/** Letters and digits, and what stands between them in a code. */
const looksLikeCode = (value: string): boolean =>
  value.length <= longestCode && /^[\p{L}\p{N}](?:[\p{L}\p{N} _./:-]*[\p{L}\p{N}])?$/u.test(value)

/** `status holds 5 values in 1,000 sampled rows: N P S and 2 others`, for each of these columns. */
export const codesText = ({ codes, sampledRows }: SampleFacts): readonly string[] =>
  [...codes].map(([name, { told, count }]) => {
    const others = count - told.length
    const rest = others === 0 ? '' : ` and ${others} ${others === 1 ? 'other' : 'others'}`
    const values = `${count} ${count === 1 ? 'value' : 'values'}`
    return `${name} holds ${values} in ${rowsText(sampledRows)}: ${told.join(' ')}${rest}`
  })

/** `1,000 sampled rows` */
export const rowsText = (rows: number): string =>
  `${rows.toLocaleString('en-GB')} sampled ${rows === 1 ? 'row' : 'rows'}`

/** `~2.1M rows` */
export const aboutRows = (rows: number): string =>
  `~${rows.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 1 })} rows`
