/** From the text of an expression to a checked, compiled one, or to all of its mistakes. */
import type { Problem } from '../diagnostics/problem.ts'
import { Elaborator } from './elaborate/elaborator.ts'
import { finiteThroughout } from './types/finite.ts'
import { type ExpressionSource, Reporter } from './syntax/reporter.ts'
import type { Scope } from './types/scope.ts'
import { SyntaxProblem } from './syntax/syntax-problem.ts'
import { parseExpression } from './syntax/syntax.ts'
import type { Typed } from './types/typed.ts'

export type CompiledExpression =
  | { readonly kind: 'compiled'; readonly typed: Typed; readonly warnings: readonly Problem[] }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

/**
 * Evaluating the result raises ValueError and nothing else, and never gives UNAVAILABLE or an infinity: those may be
 * compared inside the expression, but not leave it.
 */
export function compileExpression(source: ExpressionSource, scope: Scope): CompiledExpression {
  const reporter = new Reporter(source)
  try {
    const typed = new Elaborator(reporter, scope).compile(parseExpression(source.text))
    const { problems } = reporter
    if (typed !== null && problems.every(({ severity }) => severity === 'warning')) {
      return { kind: 'compiled', typed: { ...typed, evaluate: finiteThroughout(typed) }, warnings: problems }
    }
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error
    reporter.complain(error.code, error.range, { message: error.message, hint: error.hint })
  }
  return { kind: 'refused', problems: reporter.problems }
}
