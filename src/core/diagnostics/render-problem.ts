/** How mistakes in files are shown: place, severity, code, message, and the line with the part that is meant. */
import { displayText, displayWidth } from './display-text.ts'
import type { Place, Problem } from './problem.ts'
import { problemsShown } from './problems-shown.ts'

/** A mapping may stand on one long line: what is shown of it fits a terminal. */
const lineLengthMax = 120
/** As much of a long line as stands before the marked part. */
const leadingLength = 60

/** Text of the file that a problem is in, or null where it cannot be shown. */
export type TextOf = (file: string) => string | null

/** One problem; `text` is that of its file, without which the line is not shown. */
export function renderProblem(problem: Problem, text: string | null): string {
  return renderProblems([problem], () => text)
}

/** All problems by file and place, their columns aligned; each line ends with a line end. */
export function renderProblems(problems: readonly Problem[], textOf: TextOf): string {
  const { shown, omitted } = problemsShown(problems)
  const more = omitted.map(({ file, count }) => `${displayText(file)}: ${count} more\n`)
  return renderSorted(shown, textOf) + more.join('')
}

function renderSorted(sorted: readonly Problem[], textOf: TextOf): string {
  const placeWidth = Math.max(...sorted.map(({ place }) => placeText(place).length))
  const nameWidth = Math.max(...sorted.map(({ name }) => name.length))
  return sorted
    .map((problem) => {
      const { code, name, message, severity, place } = problem
      const word = severity === 'error' ? 'error' : 'warn '
      const title = `${placeText(place).padEnd(placeWidth)}  ${word}  ${code} ${name.padEnd(nameWidth)}  ${displayText(message)}`
      const frame = renderFrame(problem, textOf(place.file))
      return frame === null ? `${title}\n` : `${title}\n${frame}\n`
    })
    .join('')
}

export const placeText = ({ file, line, column }: Place): string => `${displayText(file)}:${line}:${column}`

/** The line, and under it marks with the hint; a hint without its line stands alone. */
function renderFrame({ place, hint }: Problem, text: string | null): string | null {
  const line = text?.replace(/^\ufeff/, '').split('\n')[place.line - 1]
  const advice = hint === undefined ? '' : `   ${displayText(hint)}`
  if (line === undefined) return hint === undefined ? null : `        |${advice}`
  const { shown, column } = clip(line, place.column - 1)
  const before = displayText(shown.slice(0, column))
  const meant = displayText(shown.slice(column, column + place.length))
  const marks = ' '.repeat(displayWidth(before)) + '^'.repeat(Math.max(1, displayWidth(meant)))
  return `${String(place.line).padStart(7)} | ${displayText(shown)}\n${' '.repeat(8)}| ${marks}${advice}`
}

/** A window of a long line. */
function clip(line: string, column: number): { shown: string; column: number } {
  const plain = line.trimEnd()
  if (plain.length <= lineLengthMax) return { shown: plain, column }
  const start = column < lineLengthMax - leadingLength ? 0 : column - leadingLength
  const [before, after] = [start > 0 ? '…' : '', start + lineLengthMax < plain.length ? '…' : '']
  return {
    shown: before + plain.slice(start, start + lineLengthMax) + after,
    column: column - start + before.length,
  }
}
