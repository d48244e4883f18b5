/** Asks the person at the terminal; the question goes to stderr, since stdout is for data. */
import { createInterface } from 'node:readline/promises'

/** Anything but a yes is a no, and so is a signal while it waits. */
export async function confirmed(question: string, interrupted: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
  try {
    const answer = lines.question(`${question} [y/N] `, { signal: interrupted }).catch(() => '')
    return /^y(es)?$/i.test((await Promise.race([answer, closed])).trim())
  } finally {
    lines.close()
  }
}
