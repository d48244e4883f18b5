/** What must hold of everything that a read_committed consumer sees: one function, which can fail. */

/** What stands in one partition, in order. */
export interface Line {
  readonly id: string
  readonly key: string
  /** Key, value and headers. */
  readonly bytes: string
}

/** By topic and partition. */
export type Output = ReadonlyMap<string, readonly Line[]>

/**
 * Empty when the output is that of a run without faults: the same events in the same places, in the same order, byte
 * by byte, each once. `expected` is what the checkpoint accounts for, and so nothing may be visible beyond it either.
 */
export function violationsOf(expected: Output, seen: Output): readonly string[] {
  const violations: string[] = []
  for (const place of new Set([...expected.keys(), ...seen.keys()])) {
    const wanted = expected.get(place) ?? []
    const got = seen.get(place) ?? []
    const known = new Map(wanted.map(({ id, bytes }) => [id, bytes]))
    const met = new Set<string>()
    for (const { id, bytes } of got) {
      if (met.has(id)) violations.push(`repeated: ${id} in ${place}`)
      else if (!known.has(id)) violations.push(`not accounted for by the checkpoint: ${id} in ${place}`)
      else if (known.get(id) !== bytes) violations.push(`altered: ${id} in ${place}`)
      met.add(id)
    }
    for (const { id } of wanted) if (!met.has(id)) violations.push(`lost: ${id} in ${place}`)
    const inOrder = got.length !== wanted.length || got.every(({ id }, index) => id === wanted[index]?.id)
    if (!inOrder) violations.push(`out of order: ${place}`)
  }
  return violations
}

/**
 * Empty when of each key what a run without failures publishes has become visible up to some event, in its order, each
 * event once; `end`: all of it.
 */
export function violationsOfKeys(expected: Output, seen: Output, when: 'on the way' | 'end'): readonly string[] {
  const [wanted, got] = [idsByKey(expected), idsByKey(seen)]
  const violations: string[] = []
  for (const key of new Set([...wanted.keys(), ...got.keys()])) {
    const [all, there] = [wanted.get(key) ?? [], got.get(key) ?? []]
    const at = there.findIndex((id, index) => id !== all[index])
    if (at >= 0) violations.push(`event ${at + 1} of key ${key} is ${there[at] ?? ''} and not ${all[at] ?? 'none'}`)
    else if (when === 'end' && there.length < all.length)
      violations.push(`lost: ${all[there.length] ?? ''} of key ${key}`)
  }
  return violations
}

function idsByKey(output: Output): ReadonlyMap<string, readonly string[]> {
  const keyed = [...output].flatMap(([place, lines]) => lines.map(({ id, key }) => ({ id, key: `${place} ${key}` })))
  return new Map([...Map.groupBy(keyed, ({ key }) => key)].map(([key, own]) => [key, own.map(({ id }) => id)]))
}
