/** Zero dates of MariaDB and MySQL: where a column is NOT NULL, 0000-00-00 arrives as the beginning of 1970. */
import type { ExpressionType } from './expression-type.ts'
import type { Typed } from './typed.ts'

/** Whether an expression is what they arrive as, in each of the types. */
export function isZeroDate({ constant, evaluate }: Typed): boolean {
  if (constant !== true) return false
  const value = evaluate([])
  return value === 0 || value === 0n
}

/** How an expression says that they are no date. */
export function zeroDateHint(text: string, { kind }: ExpressionType): string {
  if (kind === 'date') return `nullIf(${text}, date('1970-01-01'))`
  if (kind === 'timestamp') return `nullIf(${text}, epochSeconds(0))`
  return `nullIf(${text}, dateTime('1970-01-01 00:00', 'yyyy-MM-dd HH:mm'))`
}
