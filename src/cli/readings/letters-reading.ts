/** What a retry of dead letters would come to, as people read it. */
import type { TriedFailure, TriedLetter, TriedRecord } from '../../app/operate/try-letters.ts'
import type { Column } from '../output.ts'
import { count } from './problems.ts'

export const triedColumns: readonly Column<TriedLetter>[] = [
  { title: 'ID', text: ({ id }) => id.slice(0, 13) },
  { title: 'MAPPING', text: ({ mapping }) => mapping },
  { title: 'AT', text: ({ at }) => at },
  { title: 'CLASS', text: (letter) => letter.class },
  { title: 'BY', text: ({ revision }) => (revision === null ? '-' : `r${revision}`) },
  { title: 'WOULD', text: wouldText },
]

/** How many of each, where there are any. */
export function triedSummary(letters: readonly TriedLetter[]): string {
  const by = Map.groupBy(letters, ({ result }) => result)
  const figures = [...by].map(([result, own]) => `${own.length} ${resultWords[result](own)}`)
  return `${[count(letters.length, 'letter'), ...figures.toSorted()].join(', ')}; nothing was written`
}

const resultWords: Readonly<Record<TriedLetter['result'], (letters: readonly TriedLetter[]) => string>> = {
  published: (letters) => `published (${count(letters.flatMap(({ records }) => records).length, 'record')})`,
  waits: () => 'waiting behind others',
  nothing: () => 'decided with nothing',
  skipped: () => 'skipped',
  fails: () => 'failing again',
  unknown: () => 'not known here',
  left: () => 'left',
}

function wouldText({ result, records, failure, reason }: TriedLetter): string {
  switch (result) {
    case 'published':
      return `give ${recordsText(records)}`
    case 'waits':
      return `wait behind others, then ${failure === null ? `give ${recordsText(records)}` : `fail: ${failureText(failure)}`}`
    case 'nothing':
      return 'be decided, and nothing comes of it'
    case 'skipped':
      return `be skipped: ${failure === null ? '' : failureText(failure)}`
    case 'fails':
      return `fail again: ${failure === null ? '' : failureText(failure)}`
    case 'unknown':
      return 'ask for rows that the daemon alone has'
    case 'left':
      return `be left: ${reason ?? ''}`
  }
}

/** All of them stand in JSON. */
const namedMax = 3

function recordsText(records: readonly TriedRecord[]): string {
  const named = records
    .slice(0, namedMax)
    .map(({ event, topic, key }) => `${event ?? 'tombstone'} key=${key} in ${topic}`)
  const more = records.length > namedMax ? [`${records.length - namedMax} more`] : []
  return [...named, ...more].join(', ')
}

const failureText = ({ class: errorClass, at, place, policy }: TriedFailure): string =>
  `${errorClass} at ${at} (${place}), ${policy}`
