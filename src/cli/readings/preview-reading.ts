/** A preview as people read it: each transaction with its rows, and below them what would come of it. */
import type { PreviewedDifference } from '../../app/project/preview/preview-difference.ts'
import type { Viewed } from '../../app/project/preview/viewed-log.ts'
import type {
  PreviewedChange,
  PreviewedOutcome,
  PreviewedRow,
  PreviewedTransaction,
} from '../../app/project/preview/shown-transaction.ts'
import { printableLines, toJson } from '../output.ts'
import { count } from './problems.ts'

export const previewText = ({ items }: Viewed<PreviewedTransaction>): string =>
  linesText(
    items.flatMap(({ outcomes, ...transaction }) => [
      ...transactionLines(transaction),
      ...(outcomes.length === 0 ? ['  -> no event'] : outcomes.map((outcome) => `  -> ${outcomeText(outcome)}`)),
    ]),
  )

/** Each transaction of which something else comes: its rows, then what goes, comes, and becomes another. */
export const differenceText = ({ items }: PreviewedDifference): string =>
  linesText(
    items.flatMap(({ changes, ...transaction }) => [...transactionLines(transaction), ...changes.flatMap(changeLines)]),
  )

export function differenceSummary({ items, seen, revision }: PreviewedDifference): string {
  const changes = items.flatMap((one) => one.changes)
  const figure = (kind: PreviewedChange['kind']): string =>
    `${changes.filter((change) => change.kind === kind).length} ${kind}`
  const figures = `${figure('added')}, ${figure('removed')}, ${figure('changed')}`
  return `${count(seen, 'transaction')} compared with r${revision}, ${items.length} shown: ${figures}; nothing was published`
}

export function previewSummary({ items }: Viewed<PreviewedTransaction>): string {
  const outcomes = items.flatMap((one) => one.outcomes)
  const failed = outcomes.filter(({ kind }) => kind === 'failed').length
  const events = outcomes.filter(({ kind }) => kind === 'event').length
  return `${count(items.length, 'transaction')}, ${count(events, 'event')}, ${failed} failed; nothing was published`
}

export const previewWarnings = ({ rowsKnown, from, large }: Viewed<unknown>): readonly string[] => [
  ...(rowsKnown === 'all' ? [] : [`rows that changed last before offset ${from} of the raw log are unavailable here`]),
  ...(large === 0 ? [] : [`${count(large, 'transaction')} too large to be held: not shown`]),
]

const linesText = (lines: readonly string[]): string => printableLines(lines.map((line) => `${line}\n`).join(''))

const transactionLines = ({ transaction, from, rows }: Omit<PreviewedTransaction, 'outcomes'>): readonly string[] => [
  `tx ${transaction}  from offset ${from}`,
  ...rows.flatMap(rowLines),
]

function changeLines(change: PreviewedChange): readonly string[] {
  switch (change.kind) {
    case 'added':
      return [`  + ${outcomeText(change.now)}`]
    case 'removed':
      return [`  - ${outcomeText(change.before)}`]
    case 'changed':
      return [
        `  ~ ${change.paths.join(', ')}`,
        `    - ${outcomeText(change.before)}`,
        `    + ${outcomeText(change.now)}`,
      ]
  }
}

const rowLines = ({ table, op, offset, before, after }: PreviewedRow): readonly string[] => [
  `  ${table}  ${op}  offset ${offset}`,
  ...(before === null ? [] : [`    before ${toJson(shortened(before))}`]),
  ...(after === null ? [] : [`    after  ${toJson(shortened(after))}`]),
]

const charactersMax = 200
const elementsMax = 20

/** For eyes: `-o json` has values whole. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string') {
    const characters = Array.from(value)
    if (characters.length <= charactersMax) return value
    return `${characters.slice(0, charactersMax).join('')}… (${characters.length} characters)`
  }
  if (Array.isArray(value)) {
    const first = value.slice(0, elementsMax).map(shortened)
    return value.length <= elementsMax ? first : [...first, `… and ${value.length - elementsMax} more`]
  }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shortened(inner)]))
}

function outcomeText(outcome: PreviewedOutcome): string {
  if (outcome.kind === 'event') return `${outcome.event}  key=${outcome.key}  ${toJson(shortened(outcome.fields))}`
  if (outcome.kind === 'tombstone') return `tombstone in ${outcome.topic}  key=${outcome.key}`
  return `${outcome.policy}: ${outcome.class} at ${outcome.at}: ${outcome.message}`
}
