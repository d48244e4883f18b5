/** How a problem is shown to a person: place, code, message, and the line with the place marked. */
import type { Problem } from './problem.ts'

/** `text` is that of the problem's file; without it the line is not shown. */
export function renderProblem(problem: Problem, text: string | null): string {
  const { place, severity, code, name, message, hint } = problem
  const label = severity === 'error' ? 'error' : 'warn'
  const head = `${place.file}:${place.line}:${place.column}  ${label}  ${code} ${name}  ${message}`
  const line = text?.split(/\r?\n/)[place.line - 1]
  if (line === undefined) return hint === undefined ? `${head}\n` : `${head}; ${hint}\n`
  const number = String(place.line).padStart(6)
  const marks = '^'.repeat(Math.max(1, Math.min(place.length, line.length - place.column + 1)))
  const under = `${' '.repeat(number.length)} | ${' '.repeat(place.column - 1)}${marks}${hint === undefined ? '' : `   ${hint}`}`
  return `${head}\n${number} | ${line}\n${under}\n`
}
