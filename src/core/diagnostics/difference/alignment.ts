/** Two lists beside each other: what of one stands for what of the other, in the order of both. */

export type Pair =
  | { readonly kind: 'both'; readonly left: number; readonly right: number }
  | { readonly kind: 'left'; readonly left: number }
  | { readonly kind: 'right'; readonly right: number }

/**
 * Indexes of both lists, each once and in order; what has no counterpart in the other list stands alone, those of the left
 * before those of the right. `likeness` is 0 for what cannot be a pair; the pairs are those of the largest sum.
 *
 * Takes time and memory by the product of both lengths.
 */
export function align<Left, Right>(
  left: readonly Left[],
  right: readonly Right[],
  likeness: (a: Left, b: Right) => number,
): readonly Pair[] {
  const rows = left.map((a) => right.map((b) => likeness(a, b)))
  const best: number[][] = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0))
  const bestAt = (i: number, j: number): number => best[i]?.[j] ?? 0
  const paired = (i: number, j: number): number => {
    const like = rows[i]?.[j] ?? 0
    return like > 0 ? like + bestAt(i + 1, j + 1) : 0
  }
  for (let i = left.length - 1; i >= 0; i -= 1) {
    const row = best[i] ?? []
    for (let j = right.length - 1; j >= 0; j -= 1) {
      row[j] = Math.max(paired(i, j), bestAt(i + 1, j), bestAt(i, j + 1))
    }
  }
  const pairs: Pair[] = []
  for (let [i, j] = [0, 0]; i < left.length || j < right.length; ) {
    const isPair = i < left.length && j < right.length && bestAt(i, j) > 0 && bestAt(i, j) === paired(i, j)
    if (isPair) pairs.push({ kind: 'both', left: i, right: j })
    else if (i < left.length && bestAt(i, j) === bestAt(i + 1, j)) pairs.push({ kind: 'left', left: i })
    else pairs.push({ kind: 'right', right: j })
    if (pairs.at(-1)?.kind !== 'right') i += 1
    if (pairs.at(-1)?.kind !== 'left') j += 1
  }
  return pairs
}
