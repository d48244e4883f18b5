/** Verdicts, counted. */
import type { Verdict } from './judge.ts'

export interface Summary {
  readonly count: number
  readonly lossy: number
  readonly lostRows: number
  readonly repeating: number
  /** The assembler gave what was committed, or stopped by name. */
  readonly right: number
  readonly stopped: number
  /** It gave something else, without a word. */
  readonly wrong: number
}

export function summarize(verdicts: readonly Verdict[]): Summary {
  const count = (condition: (verdict: Verdict) => boolean): number => verdicts.filter(condition).length
  return {
    count: verdicts.length,
    lossy: count(({ lost }) => lost > 0),
    lostRows: verdicts.reduce((sum, { lost }) => sum + lost, 0),
    repeating: count(({ repeated }) => repeated > 0),
    right: count(({ assembler }) => assembler === 'right'),
    stopped: count(({ assembler }) => assembler !== 'right' && assembler !== 'wrong'),
    wrong: count(({ assembler }) => assembler === 'wrong'),
  }
}

export function summaryLine(what: string, summary: Summary): string {
  const { count, lossy, lostRows, repeating, right, stopped, wrong } = summary
  return (
    `${what}: ${count}, ${lossy} lost rows (${lostRows}), ${repeating} repeated rows; ` +
    `assembler right ${right}, stopped by name ${stopped}, wrong ${wrong}`
  )
}

/** Nothing lost, and everything read as it was. */
export const isSound = ({ count, lostRows, right }: Summary): boolean => lostRows === 0 && right === count
