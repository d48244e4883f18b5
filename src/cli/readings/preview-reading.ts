/** A preview as people read it: each transaction with its rows, and below them what would come of it. */
import type { Preview } from '../../app/project/preview/preview-mapping.ts'
import type { PreviewedOutcome, PreviewedRow } from '../../app/project/preview/shown-transaction.ts'
import { printableLines, toJson } from '../output.ts'
import { count } from './problems.ts'

export const previewText = ({ transactions }: Preview): string =>
  printableLines(
    transactions
      .flatMap(({ transaction, from, rows, outcomes }) => [
        `tx ${transaction}  from offset ${from}`,
        ...rows.flatMap(rowLines),
        ...(outcomes.length === 0 ? ['  -> no event'] : outcomes.map((outcome) => `  -> ${outcomeText(outcome)}`)),
      ])
      .map((line) => `${line}\n`)
      .join(''),
  )

export function previewSummary({ transactions }: Preview): string {
  const outcomes = transactions.flatMap((one) => one.outcomes)
  const failed = outcomes.filter(({ kind }) => kind === 'failed').length
  const events = outcomes.filter(({ kind }) => kind === 'event').length
  return `${count(transactions.length, 'transaction')}, ${count(events, 'event')}, ${failed} failed; nothing was published`
}

export const previewWarnings = ({ rowsKnown, from, large }: Preview): readonly string[] => [
  ...(rowsKnown === 'all' ? [] : [`rows that changed last before offset ${from} of the raw log are unavailable here`]),
  ...(large === 0 ? [] : [`${count(large, 'transaction')} too large to be held: not shown`]),
]

const rowLines = ({ table, op, offset, before, after }: PreviewedRow): readonly string[] => [
  `  ${table}  ${op}  offset ${offset}`,
  ...(before === null ? [] : [`    before ${toJson(before)}`]),
  ...(after === null ? [] : [`    after  ${toJson(after)}`]),
]

function outcomeText(outcome: PreviewedOutcome): string {
  if (outcome.kind === 'event') return `${outcome.event}  key=${outcome.key}  ${toJson(outcome.fields)}`
  if (outcome.kind === 'tombstone') return `tombstone in ${outcome.topic}  key=${outcome.key}`
  return `${outcome.policy}: ${outcome.class} at ${outcome.at}: ${outcome.message}`
}
