/** What must hold of everything that a read_committed consumer sees: one function, which can fail. */

/** What stands in one partition, in order. */
export interface Line {
  readonly id: string
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
