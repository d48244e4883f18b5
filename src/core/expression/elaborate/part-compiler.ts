/** How the checks of calls and lists get their parts compiled, without knowing of all other kinds of expression. */
import type { Reporter } from '../syntax/reporter.ts'
import type { Scope } from '../types/scope.ts'
import type { Node } from '../syntax/syntax.ts'
import type { Typed } from '../types/typed.ts'

export interface PartCompiler {
  readonly reporter: Reporter
  readonly scope: Scope
  /** Null for a part with a mistake, which has been reported. */
  compile(node: Node): Typed | null
  /** All parts, each of which reports its own mistakes; null when any has one. */
  compileAll(nodes: readonly Node[]): Typed[] | null
  /** The same, where a column with zero dates may be read as it is: what is done to it says what they mean. */
  allowingZeroDates(of: Node | undefined): PartCompiler
  /** The same in a scope with a further name, which hides what was called so. */
  within(change: { readonly scope: Scope; readonly hidden: string }): PartCompiler
}
