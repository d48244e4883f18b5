/** The valid name that was probably meant. */

/**
 * The nearest of `names`, or null when none is near: at most a third of the letters differ, or one is short for the
 * other, as `qty` is for `quantity`.
 */
export function nearestName(name: string, names: Iterable<string>): string | null {
  const known = [...names]
  const wanted = name.toLowerCase()
  let best: string | null = null
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best ?? abbreviated(name, known)
}

/** Legacy columns are called by the letters that somebody found worth keeping. */
function abbreviated(name: string, names: readonly string[]): string | null {
  for (const candidate of names) {
    const [short, long] = [name, candidate].map((text) => text.toLowerCase()).sort((a, b) => a.length - b.length)
    if (short === undefined || long === undefined || short.length < 3 || short[0] !== long[0]) continue
    let at = 0
    for (const letter of long) if (letter === short[at]) at += 1
    if (at === short.length) return candidate
  }
  return null
}

/** `did you mean "x"?`, then what there is. */
export function suggestion(name: string, names: Iterable<string>): string {
  const known = [...names]
  const near = nearestName(name, known)
  const have = known.length === 0 ? '' : `have ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}`
  if (near === null) return have
  return have === '' ? `did you mean "${near}"?` : `did you mean "${near}"? (${have})`
}

/**
 * Optimal string alignment: insert, delete, replace, swap two neighbours. Exact below `bound`; at least `bound` where
 * that is all the caller has to know, which costs nothing for names of other length.
 */
function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound
  let [before, last, row]: [number[], number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j), []]
  for (let i = 1; i <= a.length; i++) {
    row[0] = i
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + cost,
        isSwapped ? (before[j - 2] ?? 0) + 1 : bound,
      )
    }
    ;[before, last, row] = [last, row, before]
  }
  return last[b.length] ?? 0
}
