/** The scopes of an input, as the rows that its rule fires for tell them. */
import type { RowImage } from '../../../capture/image/row-image.ts'
import { ValueError } from '../../../values/value-error.ts'
import type { StructuralScope } from '../../compiled-mapping.ts'
import { type Cause, netOf } from '../cause.ts'
import type { LookedUp } from '../looked-up.ts'

/**
 * Of its first row: the one that it was in before comes first. Raises ValueError where none can be told, and what
 * look-ups raise.
 */
export function scopesOfCause(scope: StructuralScope, cause: Cause, lookedUp: LookedUp): readonly string[] {
  const { table, before, after } = netOf(cause)
  const rows = [before, after].filter((row) => row !== null)
  if (rows.length === 0) throw new ValueError('unavailable', 'what empties a whole table is of no scope')
  const texts = rows.map((row) =>
    scope.textOf(table, row, (index, key) => {
      const question = { name: 'scope', index, wants: 'one' as const, make: firstOf, nothing: null }
      return lookedUp.find(question, key) as RowImage | null
    }),
  )
  return [...new Set(texts)]
}

const firstOf = (rows: readonly RowImage[]): RowImage | null => rows[0] ?? null
