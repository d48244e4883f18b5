/** A row of orders before and after an update, and what an expression gives of it. */
import type { Frame } from '../../../src/core/expression/types/scope.ts'
import { ValueError } from '../../../src/core/values/value-error.ts'
import { compiled, insertScope, updateScope } from './scopes.ts'
import { imageOf, type Values } from '../images.ts'

export const before = {
  id: 42,
  status: 'P',
  qty: 3,
  spare: null,
  total_cents: 4990,
  discount: '12.50',
  weight: 1.5,
  sku: 'A-1   ',
  email: 'ann@example.org',
  created_at: 1769853600000000,
  paid_at: null,
  'odd name': 'x',
}
export const after = { ...before, status: 'S', qty: 5, spare: 7, discount: null, paid_at: '2026-01-31T10:00:00Z' }
/** A frame of rows, and of lists of rows, that are given as plain values. */
export const frameOf = (rows: readonly unknown[]): Frame => rows.map(asImage)

const asImage = (row: unknown): unknown => {
  if (Array.isArray(row)) return row.map(asImage)
  return row === null ? null : imageOf(row as Values)
}

/** The value, or `!` and the error class; without a row before, as of an insert. */
export function outcome(text: string, at: Frame = [before, after]): unknown {
  const typed = compiled(text, at[0] === null ? insertScope() : updateScope())
  try {
    return typed.evaluate(frameOf(at))
  } catch (error) {
    if (error instanceof ValueError) return `!${error.errorClass}`
    throw error
  }
}
