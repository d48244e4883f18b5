/** What a condition says about null: `x != null` makes x certain where the condition holds. */
import type { Node } from './syntax.ts'

/** Texts of names and selections that are known not to be null. */
export type Certain = ReadonlySet<string>

/** A text that is the same for the same path; null for what is no path. */
export function pathOf(node: Node): string | null {
  if (node.kind === 'name') return node.name
  if (node.kind !== 'select') return null
  const target = pathOf(node.target)
  return target === null ? null : `${target}.${node.member}`
}

/** What is certain where `condition` is `outcome`. */
export function certainAfter(condition: Node, outcome: boolean): string[] {
  if (condition.kind === 'unary' && condition.operator === '!') return certainAfter(condition.operand, !outcome)
  if (pathOf(condition) !== null) return pathsTo(condition)
  if (condition.kind !== 'binary') return []
  const { operator, left, right } = condition
  if (operator === '&&' || operator === '||') {
    const holdsBoth = (operator === '&&') === outcome
    return holdsBoth ? [...certainAfter(left, outcome), ...certainAfter(right, outcome)] : []
  }
  if (operator !== '==' && operator !== '!=') return []
  const equal = (operator === '==') === outcome
  return [...certainBy(left, right, equal), ...certainBy(right, left, equal)]
}

/** A path that differs from null is not null, nor is one that equals another literal. */
function certainBy(path: Node, other: Node, equal: boolean): string[] {
  return other.kind !== 'literal' || (other.value === null) === equal ? [] : pathsTo(path)
}

/** A path that has a value, and all that it selects from; none for what is no path. */
function pathsTo(path: Node): string[] {
  const paths: string[] = []
  for (let node = path; ; node = node.target) {
    const text = pathOf(node)
    if (text === null) return []
    paths.push(text)
    if (node.kind !== 'select') return paths
  }
}

export const withCertain = (certain: Certain, more: readonly string[]): Certain =>
  more.length === 0 ? certain : new Set([...certain, ...more])

/** What was certain of a name says nothing of another thing that hides it. */
export const withoutName = (certain: Certain, name: string): Certain =>
  new Set([...certain].filter((path) => path !== name && !path.startsWith(`${name}.`)))
