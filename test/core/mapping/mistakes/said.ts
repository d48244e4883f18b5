/** Everything that is said of a mapping file, in one line for each mistake. */
import type { Problem } from '../../../../src/core/diagnostics/problem.ts'
import { checkMapping } from '../../../../src/core/mapping/check/check-mapping.ts'
import { sources } from '../sample.ts'

/** One mistake, the file that has it, and all that is said of that file. */
export interface Mistake {
  readonly mistake: string
  readonly text: string
  readonly says: readonly string[]
}

/** `line:column+length code name: message | hint`, in the order in which they are found. */
export const said = (text: string, among: typeof sources = sources): string[] =>
  checkMapping({ text, file: 'orders.yaml' }, among).problems.map(spelled)

function spelled({ severity, code, name, message, place, hint }: Problem): string {
  const { line, column, length } = place
  const label = severity === 'warning' ? 'warning ' : ''
  return `${line}:${column}+${length} ${label}${code} ${name}: ${message}${hint === undefined ? '' : ` | ${hint}`}`
}
