/** How a file changes, as people read it: lines that go and come, with their numbers. */
import { lineDiff } from '../../core/diagnostics/difference/line-diff.ts'
import { coloured, printable, type Streams } from '../output.ts'

const signs = {
  same: { sign: ' ', colour: null },
  removed: { sign: '-', colour: 'red' },
  added: { sign: '+', colour: 'green' },
} as const

/** The name of the file, then the lines that differ and those around them. */
export function textDiff(
  { path, before, after }: { readonly path: string; readonly before: string; readonly after: string },
  colour: Streams['colour'],
): string {
  const lines = lineDiff(before, after).map(({ kind, line, text }) => {
    const { sign, colour: style } = signs[kind]
    const shown = `${String(line).padStart(5)} ${sign} ${printable(text.replace(/\r$/, ''))}`.trimEnd()
    return style === null ? shown : coloured(shown, style, colour)
  })
  return `${path}\n${lines.map((line) => `${line}\n`).join('')}`
}
