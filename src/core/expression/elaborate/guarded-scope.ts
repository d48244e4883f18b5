/** What a guard says of null holds for everything that is evaluated only where the guard is true. */
import type { ExpressionSource } from '../syntax/reporter.ts'
import type { Scope } from '../types/scope.ts'
import { certainAfter, withCertain } from '../syntax/narrowing.ts'
import { parsedSource } from '../syntax/parsed-source.ts'
import { namesIn } from '../syntax/walk-nodes.ts'

/** The scope of what is evaluated where the guard is true. Mistakes in the guard are said where it is compiled. */
export function whereTrue(scope: Scope, guard: ExpressionSource | null): Scope {
  const node = parsedSource(guard)
  const certain = node === null ? [] : certainAfter(node, true)
  return certain.length === 0 ? scope : { ...scope, certain: withCertain(scope.certain ?? new Set(), certain) }
}

/**
 * The named expressions that a guard reads, by itself or through another one: they are evaluated before it has said
 * anything. Each of them may read those before it.
 */
export function namedBefore(
  guard: ExpressionSource | null,
  named: ReadonlyMap<string, ExpressionSource | null>,
): ReadonlySet<string> {
  const node = parsedSource(guard)
  const read = new Set(node === null ? [] : namesIn(node))
  for (const [name, source] of [...named].toReversed()) {
    const definition = read.has(name) ? parsedSource(source) : null
    if (definition !== null) for (const inner of namesIn(definition)) read.add(inner)
  }
  return read
}
