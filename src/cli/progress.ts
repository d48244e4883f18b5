/** How long work tells how far it is, on stderr: over the line before on a terminal, else in lines now and then. */
import type { Streams } from './output.ts'

const linesMs = 10_000

export interface Progress {
  readonly at: (percent: number) => void
  /** Nothing of it is left on a terminal. */
  readonly end: () => void
}

export function progressOf({ err, progress }: Streams, what: string, nowMs: () => number): Progress {
  let toldMs = nowMs()
  let isShown = false
  return {
    at: (percent) => {
      if (progress === 'over') {
        isShown = true
        err(`\r${what} ${percent}%`)
      } else if (nowMs() - toldMs >= linesMs) {
        toldMs = nowMs()
        err(`${what} ${percent}%\n`)
      }
    },
    end: () => {
      if (isShown) err(`\r${' '.repeat(what.length + 5)}\r`)
    },
  }
}
