/** Collects the mistakes of one expression, each with its place in the file. */
import { expressionCodes } from '../../diagnostics/codes/expression.ts'
import type { Place, Problem } from '../../diagnostics/problem.ts'
import type { Node } from './syntax.ts'

export type ExpressionCode = keyof typeof expressionCodes

const warnings: ReadonlySet<ExpressionCode> = new Set(['FW2213', 'FW2215', 'FW2218'])

/** Where the text of an expression stands in its file. */
export interface ExpressionSource {
  readonly text: string
  /** The place of a range of the text, whatever quoting stands between text and file. */
  readonly place: (start: number, end: number) => Place
}

export class Reporter {
  readonly problems: Problem[] = []
  private readonly source: ExpressionSource

  constructor(source: ExpressionSource) {
    this.source = source
  }

  /** Notes a mistake; gives null, which is what a part with a mistake is compiled to. */
  complain(
    code: ExpressionCode,
    range: { start: number; end: number },
    what: { message: string; hint?: string },
  ): null {
    const { name } = expressionCodes[code]
    const severity = warnings.has(code) ? 'warning' : 'error'
    const hint = what.hint === undefined || what.hint === '' ? {} : { hint: what.hint }
    this.problems.push({
      severity,
      code,
      name,
      message: what.message,
      place: this.source.place(range.start, range.end),
      ...hint,
    })
    return null
  }

  /** The text of a part, as the author wrote it. */
  text(node: Pick<Node, 'start' | 'end'>): string {
    return this.source.text.slice(node.start, node.end)
  }
}
