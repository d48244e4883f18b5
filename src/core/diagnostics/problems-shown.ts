/** How many problems of one file are told: who has more begins with these, and a file of other kind has thousands. */
import type { Place, Problem } from './problem.ts'

export const problemsPerFileMax = 100

/** How many problems of a file are not told. */
export interface Omitted {
  readonly file: string
  readonly count: number
}

export interface ProblemsShown {
  readonly shown: readonly Problem[]
  /** Empty where all are told. */
  readonly omitted: readonly Omitted[]
}

/** By file and place, of each file the first ones. */
export function problemsShown(problems: readonly Problem[]): ProblemsShown {
  const byFile = Map.groupBy(
    problems.toSorted((a, b) => byPlace(a.place, b.place)),
    ({ place }) => place.file,
  )
  return {
    shown: [...byFile.values()].flatMap((all) => all.slice(0, problemsPerFileMax)),
    omitted: [...byFile]
      .map(([file, { length }]) => ({ file, count: length - problemsPerFileMax }))
      .filter(({ count }) => count > 0),
  }
}

/** The same for mistakes that are told in one message, a line each. */
export function linesShown(file: string, lines: readonly string[]): string {
  const more = lines.length - problemsPerFileMax
  return [...lines.slice(0, problemsPerFileMax), ...(more > 0 ? [`${file}: ${more} more`] : [])].join('\n')
}

function byPlace(a: Place, b: Place): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}
