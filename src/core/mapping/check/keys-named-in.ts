/** The pseudonym keys that an expression needs. */
import type { Node } from '../../expression/syntax/syntax.ts'
import { walkNodes } from '../../expression/syntax/walk-nodes.ts'

/** Of an expression that has compiled: the key of each `pseudonym` is a literal there. */
export function keysNamedIn(node: Node): ReadonlySet<string> {
  const keys = new Set<string>()
  walkNodes(node, (part) => {
    if (part.kind !== 'call' || part.name !== 'pseudonym') return
    const [key] = part.parameters
    if (key?.kind === 'literal' && typeof key.value === 'string') keys.add(key.value)
  })
  return keys
}
