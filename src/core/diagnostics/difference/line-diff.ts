/** What differs between two texts, line by line, as people read it. */
import { align } from './alignment.ts'

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  /** From 1, in the new text; of a line that is removed, in the old one. */
  readonly line: number
  readonly text: string
}

/** Lines around what differs: enough to know the place by. */
const contextLines = 2

/** The lines that differ and those next to them, in order; where lines are left out, `line` jumps. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const head = commonLength(old, now)
  const tail = commonLength(old.slice(head).toReversed(), now.slice(head).toReversed())
  const [oldMiddle, nowMiddle] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)]
  const lines: DiffLine[] = now.slice(0, head).map((text, at) => ({ kind: 'same', line: at + 1, text }))
  let oldLine = head
  let nowLine = head
  for (const { kind } of align(oldMiddle, nowMiddle, (a, b) => (a === b ? 1 : 0))) {
    if (kind === 'left') lines.push({ kind: 'removed', line: oldLine + 1, text: old[oldLine] ?? '' })
    else lines.push({ kind: kind === 'both' ? 'same' : 'added', line: nowLine + 1, text: now[nowLine] ?? '' })
    if (kind !== 'right') oldLine += 1
    if (kind !== 'left') nowLine += 1
  }
  for (const text of now.slice(now.length - tail)) lines.push({ kind: 'same', line: ++nowLine, text })
  return lines.filter((_line, at) =>
    lines.slice(Math.max(0, at - contextLines), at + contextLines + 1).some(({ kind }) => kind !== 'same'),
  )
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const found = a.findIndex((line, at) => line !== b[at])
  return Math.min(found === -1 ? a.length : found, b.length)
}
