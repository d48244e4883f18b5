/** How commands print: data to stdout as table, JSON or JSON lines; everything else to stderr. */
import { styleText } from 'node:util'
import { brand } from '../brand.ts'
import type { Problem } from '../core/diagnostics/problem.ts'
import { type Omitted, problemsShown } from '../core/diagnostics/problems-shown.ts'

export const outputFormats = ['table', 'json', 'jsonl'] as const
export type OutputFormat = (typeof outputFormats)[number]

export interface Streams {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether colour may be used on stdout. */
  readonly colour: 'on' | 'off'
  /** Whether a line of stderr may be written over. */
  readonly progress: 'over' | 'lines'
}

/** A read: its items, how a person sees them, and what to do next. */
export interface Reading<Item> {
  readonly kind: string
  readonly items: readonly Item[]
  readonly columns: readonly Column<Item>[]
  /** What to say when there is nothing. */
  readonly empty: string
  readonly warnings?: readonly string[]
  readonly nextSteps?: readonly string[]
  /** Mistakes in files beside the items, where the command has looked for them; a table shows them by itself. */
  readonly problems?: readonly Problem[]
  /** Where the items are problems: how many of each file are not among them. */
  readonly omitted?: readonly Omitted[]
}

export interface Column<Item> {
  readonly title: string
  readonly align?: 'left' | 'right'
  readonly text: (item: Item) => string
}

/** Prints a read in the wanted format. The JSON envelope is public. */
export function printReading<Item>(streams: Streams, format: OutputFormat, reading: Reading<Item>): void {
  const { kind, items, warnings = [], nextSteps = [], problems } = reading
  const { shown, omitted: more } = problemsShown(problems ?? [])
  const omitted = [...(reading.omitted ?? []), ...more]
  if (format === 'json') {
    const said = { ...(problems !== undefined && { problems: shown }), ...(omitted.length > 0 && { omitted }) }
    const envelope = { apiVersion: brand.apiVersion, kind, items, ...said, warnings, next_steps: nextSteps }
    streams.out(`${toJson(envelope, 2)}\n`)
    return
  }
  if (format === 'jsonl') {
    for (const item of items) streams.out(`${toJson(item)}\n`)
    for (const problem of shown) streams.err(`${toJson(problem)}\n`)
    for (const one of omitted) streams.err(`${toJson({ omitted: one })}\n`)
    for (const warning of warnings) streams.err(`warning: ${printableLines(warning)}\n`)
    return
  }
  if (items.length === 0) streams.err(`${reading.empty}\n`)
  else streams.out(renderTable(reading.columns, items))
  for (const warning of warnings) streams.err(`warning: ${printableLines(warning)}\n`)
  for (const step of nextSteps) streams.err(`next: ${printableLines(step)}\n`)
}

/** The text in that colour, where the stream takes it. */
export const coloured = (text: string, style: 'green' | 'red' | 'yellow', colour: Streams['colour']): string =>
  colour === 'on' ? styleText(style, text, { validateStream: false }) : text

/** Bigints as texts: JSON numbers would be rounded by most readers. */
export const toJson = (value: unknown, indent?: number): string =>
  printableLines(
    JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item), indent),
  )

/** As `printable`, line breaks kept. JSON means the same afterwards: only in its texts can there be what is escaped. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

export function renderTable<Item>(columns: readonly Column<Item>[], items: readonly Item[]): string {
  const rows = items.map((item) => columns.map((column) => printable(column.text(item))))
  const widths = columns.map((column, at) =>
    Math.max(column.title.length, ...rows.map((row) => (row[at] ?? '').length)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => {
        const width = widths[at] ?? 0
        return columns[at]?.align === 'right' ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return `${[columns.map((column) => column.title), ...rows].map(line).join('\n')}\n`
}

/** Control characters and bidirectional overrides of data must not reach the reader's terminal. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
