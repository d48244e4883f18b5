/** What `falsework state show` prints of each row store, and what it says to do. */
import type { KeptTable, NextDone, RowState } from '../../app/observe/row-state.ts'
import type { DaemonReport } from '../../http/health-server.ts'
import type { Column, Reading } from '../output.ts'

const number = (value: number | null): string => (value === null ? '-' : String(value))

const stores: Readonly<Record<RowState['store'], string>> = { there: 'there', none: 'none', inUse: 'in use' }

const columns: readonly Column<RowState>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'STORE', text: ({ store }) => stores[store] },
  { title: 'POSITION', align: 'right', text: ({ position }) => number(position) },
  { title: 'CHECKPOINT', align: 'right', text: ({ checkpoint }) => number(checkpoint) },
  { title: 'INCARNATION', align: 'right', text: ({ incarnation }) => number(incarnation) },
  { title: 'ENTRIES', align: 'right', text: ({ entries }) => number(entries) },
  { title: 'BYTES', align: 'right', text: ({ bytes }) => number(bytes) },
  {
    title: 'TABLES',
    align: 'right',
    text: ({ tables }) => String(tables.filter(({ state }) => state === 'kept').length),
  },
  { title: 'AT THE NEXT START', text: ({ next }) => (next === null ? '-' : nextText(next)) },
]

export const tableColumns: readonly Column<KeptTable & { readonly source: string }>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'TABLE', text: ({ table }) => table },
  { title: 'KEY', text: ({ key }) => key },
  { title: '', text: ({ state }) => tableStates[state] },
]

const tableStates: Readonly<Record<KeptTable['state'], string>> = {
  kept: '',
  wanted: 'not in the store yet',
  left: 'not asked for any more',
}

/** `daemon` null: none answers at the address. */
export function rowStateReading(
  items: readonly RowState[],
  daemon: { readonly url: string; readonly report: DaemonReport | null },
): Reading<RowState> {
  const inUse = items.filter(({ store }) => store === 'inUse').map(({ source }) => source)
  return {
    kind: 'RowStates',
    items,
    columns,
    empty: 'the project has no sources',
    warnings: inUse.map(
      (source) => `${source}: another process has the row store (STORE_IN_USE): ${holderText(source, daemon)}`,
    ),
    nextSteps: items.flatMap(({ source, next }) =>
      next?.kind === 'halt' || next?.kind === 'unknown'
        ? [`${source} ${next.code}: ${next.message}\n      ${next.remedy}`]
        : [],
    ),
  }
}

function nextText(next: NextDone): string {
  switch (next.kind) {
    case 'current':
      return 'current'
    case 'replay':
      return `${next.records} records behind`
    case 'rebuild':
      return `built from ${next.records} records, since ${next.why}`
    case 'halt':
      return `halts with ${next.code}`
    case 'unkept':
      return 'not opened: no registration says which tables are kept'
    case 'unknown':
      return 'unknown'
  }
}

function holderText(source: string, { url, report }: Parameters<typeof rowStateReading>[1]): string {
  const told = report?.items.find((item) => item.source === source)
  if (told === undefined) return `no daemon at ${url} works on it; look which process it is`
  const { state, rows } = told
  if (rows === null) return `the daemon at ${url} is ${state.phase}; see \`falsework status\``
  const { bringing, position, entries, bytes } = rows
  const does = bringing === null ? '' : `, ${bringing.kind} ${bringing.percent}% since ${bringing.why}`
  return `the daemon at ${url} is ${state.phase}${does}, with ${entries} entries at ${position}, ${bytes} bytes`
}
