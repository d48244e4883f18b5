/** What `falsework status` shows of each source, and what it says to do. */
import type { AuditLine, HeldLine, StatusLine } from '../../app/observe/source-status.ts'
import type { DaemonState } from '../../app/translate/daemon.ts'
import type { Column, Reading } from '../output.ts'

const number = (value: number | null): string => (value === null ? '-' : String(value))

const columnsAt = (nowMs: number): readonly Column<StatusLine>[] => [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'STATE', text: stateText },
  { title: 'POSITION', align: 'right', text: ({ position }) => number(position) },
  { title: 'LAG', align: 'right', text: ({ lag }) => number(lag) },
  { title: 'CAPTURE', text: ({ protection }) => protection.verdict },
  { title: 'AUDIT', text: ({ audit }) => auditText(audit, nowMs) },
  { title: 'SNAPSHOT', text: ({ snapshot }) => snapshot ?? '-' },
  { title: 'ROWS', align: 'right', text: rowsText },
  { title: 'EVENTS', align: 'right', text: ({ events }) => number(events) },
  { title: 'DEAD LETTERS', align: 'right', text: ({ deadLetters }) => number(deadLetters) },
  { title: 'SKIPPED', text: skippedText },
  { title: 'MAPPINGS', text: ({ mappings }) => mappings.join(' ') },
]

/** `state` null: no daemon answers at the address. `nowMs` by the clock on the wall. */
export function statusReading(
  items: readonly StatusLine[],
  daemon: { readonly url: string; readonly state: DaemonState | null; readonly nowMs: number },
): Reading<StatusLine> {
  const { url, state, nowMs } = daemon
  const [trouble, unread] = [state?.trouble ?? null, state?.unread ?? null]
  return {
    kind: 'SourceStatus',
    items,
    columns: columnsAt(nowMs),
    empty: 'no source has a mapping: run `falsework register`',
    warnings: [
      ...(state === null ? [`no daemon answers at ${url}`] : []),
      ...(trouble === null ? [] : [`the daemon waits for Kafka: ${trouble.code}: ${trouble.message}`]),
      ...(unread === null
        ? []
        : [`the daemon works as of before a record that it cannot read: ${unread.code}: ${unread.message}`]),
      ...items.flatMap((item) => warningsOf(item, nowMs)),
    ],
    nextSteps: items.filter(({ code }) => code !== null).map(nextStep),
  }
}

function warningsOf({ source, protection, notices, waiting, rows, audit, held }: StatusLine, nowMs: number): string[] {
  return [
    ...(protection.verdict === 'unprotected' ? [`${source}: ${protection.why}`] : []),
    ...(audit === null ? [] : differencesIn(audit).map((text) => `${source}: ${text}; see docs/audit.md`)),
    ...bringingOf(rows).map((text) => `${source}: ${text}`),
    ...(rows?.awaited ?? []).map(({ mapping, tables }) => `${source}: ${awaitedText(source, mapping, tables)}`),
    ...(held === null ? [] : [`${source}: ${heldText(held, nowMs)}`]),
    ...notices.map((notice) => `${source}: ${notice}`),
    ...(waiting.length === 0 ? [] : [`${source}: registered and not yet in force: ${waiting.join(', ')}`]),
  ]
}

const differencesIn = ({ differences }: AuditLine): string[] =>
  differences.map((table) => `the last audit has found ${table.differences} differences in ${table.table}`)

/** `clean 3 h ago`, or how many rows differed. */
function auditText(audit: AuditLine | null, nowMs: number): string {
  if (audit === null) return '-'
  const count = audit.differences.reduce((sum, { differences }) => sum + differences, 0)
  const verdict = count === 0 ? `clean, ${audit.rows} rows of ${audit.tables} tables` : `${count} differences`
  return `${verdict}, ${ago(nowMs - audit.atMs)} ago`
}

function ago(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  if (minutes < 60) return `${minutes} min`
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / (24 * 60))} d`
}

/** `0`, or how many of which mappings; a mapping that skips nothing is not named. */
function skippedText({ skipped }: StatusLine): string {
  if (skipped === null) return '-'
  const mappings = Map.groupBy(skipped, ({ mapping }) => mapping)
  const inputsOf = (own: NonNullable<StatusLine['skipped']>): number => own.reduce((sum, { inputs }) => sum + inputs, 0)
  return mappings.size === 0 ? '0' : [...mappings].map(([mapping, own]) => `${mapping} ${inputsOf(own)}`).join(' ')
}

/** How many there are; while they are read again, how far that is. */
function rowsText({ rows }: StatusLine): string {
  if (rows === null) return '-'
  return rows.bringing === null ? String(rows.entries) : `${rows.bringing.kind} ${rows.bringing.percent}%`
}

function bringingOf(rows: StatusLine['rows']): string[] {
  const bringing = rows?.bringing ?? null
  if (bringing === null) return []
  const { kind, why, from, to, position, percent } = bringing
  const what = kind === 'rebuild' ? 'is built' : 'is read on'
  return [
    `the row store ${what} from the raw log, since ${why}: at ${position} of ${from} to ${to} (${percent}%); nothing is published until then`,
  ]
}

/** No key is shown: there may be thousands of them. */
function heldText({ inputs, sinceMs, topics, behind }: HeldLine, nowMs: number): string {
  const where = topics.map(({ topic, keys }) => `${keys === 1 ? '1 key' : `${keys} keys`} of ${topic}`).join(', ')
  const [first] = behind
  const mappings = [...new Set(behind.map(({ mapping }) => mapping))].join(', ')
  const failed = `behind ${behind.length} that failed in ${mappings}`
  return (
    `${inputs} inputs wait since ${ago(nowMs - sinceMs)}: ${where}` +
    (first === undefined
      ? '; they are being released'
      : `, ${failed} (dead letter ${first.letter}): correct the mapping and \`falsework register\``)
  )
}

const awaitedText = (source: string, mapping: string, tables: readonly string[]): string =>
  `mapping ${mapping} translates nothing yet: no snapshot has shown all rows of ${tables.join(', ')}, which it looks up; ` +
  `\`falsework connector snapshot ${source} ${tables.join(' ')}\` asks for one`

function stateText({ state, code, waitsFor }: StatusLine): string {
  const what = waitsFor === null || code === null ? state : `${state} for ${waitsFor}`
  return code === null ? what : `${what} ${code}`
}

function nextStep({ source, state, code, reason, remedy, againInMs }: StatusLine): string {
  const sooner = state === 'halted' ? ', or when the registry log moves' : ''
  const again = againInMs === null ? '' : `\n      tried again in ${Math.ceil(againInMs / 1000)} s${sooner}`
  return `${source} ${code ?? ''}: ${reason ?? ''}\n      ${remedy ?? ''}${again}`
}
