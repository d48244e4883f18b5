/** Walks the parts of an expression. */
import type { Node } from './syntax.ts'

export function walkNodes(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const part of partsOf(node)) walkNodes(part, visit)
}

function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'literal':
    case 'name':
      return []
    case 'select':
      return [node.target]
    case 'call':
      return node.parameters
    case 'list':
      return node.items
    case 'unary':
      return [node.operand]
    case 'binary':
      return [node.left, node.right]
    case 'conditional':
      return [node.test, node.yes, node.no]
    case 'macro':
      return [node.target, node.body]
  }
}

/** The names that an expression takes from around it: not those of its own lists' elements. */
export function freeNames(node: Node): ReadonlySet<string> {
  if (node.kind === 'name') return new Set([node.name])
  if (node.kind !== 'macro') return new Set(partsOf(node).flatMap((part) => [...freeNames(part)]))
  const ofBody = [...freeNames(node.body)].filter((name) => name !== node.variable)
  return new Set([...freeNames(node.target), ...ofBody])
}

/** Every name in the expression, the variables of lists among them. */
export function namesIn(node: Node): ReadonlySet<string> {
  const names = new Set<string>()
  walkNodes(node, (part) => {
    if (part.kind === 'name') names.add(part.name)
  })
  return names
}
