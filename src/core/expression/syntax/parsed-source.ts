/** What an expression says, before it is checked. */
import type { ExpressionSource } from './reporter.ts'
import { type Node, parseExpression, SyntaxProblem } from './syntax.ts'

/** Null where there is none, and where the text is no expression, which is said where it is compiled. */
export function parsedSource(source: ExpressionSource | null): Node | null {
  if (source === null) return null
  try {
    return parseExpression(source.text)
  } catch (error) {
    if (error instanceof SyntaxProblem) return null
    throw error
  }
}
