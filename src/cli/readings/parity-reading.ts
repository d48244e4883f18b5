/** What a comparison has found, as a terminal shows it. */
import type { ParityDocument } from '../../core/parity/report/parity-document.ts'
import { outcomesFound } from '../../core/parity/report/parity-page.ts'
import { gateColumns } from './gate-columns.ts'
import { type Column, renderTable, type Streams } from '../output.ts'

type TypeLine = ParityDocument['types'][number]
type CauseLine = ParityDocument['causes'][number]

/** As many as a screen has room for; all of them are in JSON. */
const causesShown = 20

export function parityText(document: ParityDocument, streams: Streams): string {
  const { types, causes, gates } = document
  const tables = [
    renderTable(factColumns, factsOf(document)),
    ...(types.length === 0 ? [] : [renderTable(typeColumns(types), types)]),
    ...(causes.length === 0 ? [] : [causesText(causes)]),
    renderTable(gateColumns(streams), gates),
  ]
  return tables.join('\n')
}

type Fact = readonly [name: string, value: string]

const factColumns: readonly Column<Fact>[] = [
  { title: 'COMPARISON', text: ([name]) => name },
  { title: 'NOW', text: ([, value]) => value },
]

const factsOf = (document: ParityDocument): readonly Fact[] => [
  ['bridge', document.topics.bridge],
  ['native', document.topics.native],
  ['since', document.since ?? 'no event has come yet'],
  ['judged up to', document.judgedUpTo],
  ['waits since', document.pendingSince ?? 'no event waits for its pair'],
  ['stalled', document.stalled === null ? 'no stream' : `the ${document.stalled} stream`],
  ['wrong partitions', `${document.wrongPartitions} native records`],
  ['told at', document.writtenAt],
]

const typeColumns = (types: readonly TypeLine[]): readonly Column<TypeLine>[] => [
  { title: 'EVENT', text: ({ event }) => event },
  ...outcomesFound(types).map((one): Column<TypeLine> => {
    return { title: one.toUpperCase(), align: 'right', text: ({ outcomes }) => String(outcomes[one]) }
  }),
]

const causeColumns: readonly Column<CauseLine>[] = [
  { title: 'COUNT', align: 'right', text: ({ count }) => String(count) },
  { title: 'FIRST', text: ({ first }) => first },
  { title: 'LAST', text: ({ last }) => last },
  { title: 'CAUSE', text: ({ name }) => name },
]

function causesText(causes: readonly CauseLine[]): string {
  const more = causes.length - causesShown
  return `${renderTable(causeColumns, causes.slice(0, causesShown))}${more > 0 ? `and ${more} more: -o json has all of them\n` : ''}`
}
