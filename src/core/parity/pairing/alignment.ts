/** The longest common subsequence of two lists, in time by how much they differ (Myers, 1986). */

/** A place in both lists at which they are the same. */
export interface Anchor {
  readonly left: number
  readonly right: number
}

/** Anchors in their order; of texts that are there several times, each at most once. */
export function align(left: readonly string[], right: readonly string[]): readonly Anchor[] {
  const reaches: Map<number, number>[] = []
  let reach = new Map<number, number>([[1, 0]])
  for (let edits = 0; edits <= left.length + right.length; edits++) {
    const next = new Map<number, number>()
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = isDown(reach, { diagonal, edits }) ? (reach.get(diagonal + 1) ?? 0) : (reach.get(diagonal - 1) ?? 0) + 1
      while (x < left.length && x - diagonal < right.length && left[x] === right[x - diagonal]) x++
      next.set(diagonal, x)
      if (x >= left.length && x - diagonal >= right.length) {
        return anchorsOf([...reaches, reach], { left: left.length, right: right.length })
      }
    }
    reaches.push(reach)
    reach = next
  }
  return []
}

interface Step {
  readonly diagonal: number
  readonly edits: number
}

/** Whether the furthest way to a diagonal leaves an item of the right list out rather than one of the left. */
const isDown = (reach: ReadonlyMap<number, number>, { diagonal, edits }: Step): boolean =>
  diagonal === -edits || (diagonal !== edits && (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1))

/** Back from the ends: `reaches[e]` is what `e - 1` edits reach. */
function anchorsOf(reaches: readonly ReadonlyMap<number, number>[], ends: Anchor): readonly Anchor[] {
  const anchors: Anchor[] = []
  let { left: x, right: y } = ends
  for (let edits = reaches.length - 1; edits >= 0; edits--) {
    const reach = reaches[edits] ?? new Map<number, number>()
    const diagonal = x - y
    const from = isDown(reach, { diagonal, edits }) ? diagonal + 1 : diagonal - 1
    const fromX = edits === 0 ? 0 : (reach.get(from) ?? 0)
    const fromY = edits === 0 ? 0 : fromX - from
    while (x > fromX && y > fromY) {
      x--
      y--
      anchors.push({ left: x, right: y })
    }
    x = fromX
    y = fromY
  }
  return anchors.reverse()
}
