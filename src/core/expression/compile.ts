/** From the text of an expression to a checked, compiled one, or to all of its mistakes. */
import type { Problem } from '../diagnostics/problem.ts'
import { Elaborator } from './elaborator.ts'
import { type ExpressionSource, Reporter } from './reporter.ts'
import type { Scope } from './scope.ts'
import { parseExpression, SyntaxProblem } from './syntax.ts'
import type { Typed } from './typed.ts'

export type CompiledExpression =
  | { readonly kind: 'compiled'; readonly typed: Typed }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

export function compileExpression(source: ExpressionSource, scope: Scope): CompiledExpression {
  const reporter = new Reporter(source)
  try {
    const typed = new Elaborator(reporter, scope).compile(parseExpression(source.text))
    if (typed !== null && reporter.problems.length === 0) return { kind: 'compiled', typed }
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error
    reporter.complain(error.code, error.range, { message: error.message })
  }
  return { kind: 'refused', problems: reporter.problems }
}
