/** Histories of `shop.orders`, step by step. */
import fc from 'fast-check'
import type { RowChange } from '../../../src/core/capture/row-change.ts'
import type { Values } from '../images.ts'
import { change, moved, truncated } from '../transaction/changes.ts'
import { name } from './kept.ts'

export interface Step {
  readonly act: 'put' | 'move' | 'drop' | 'empty'
  readonly id: number
  readonly to: number
  readonly v: number
  readonly doc: string | null
}

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('put', 'put', 'put', 'move', 'drop', 'empty'),
  id: fc.nat(3),
  to: fc.nat(3),
  v: fc.nat(2),
  doc: fc.constantFrom(null, 'one', 'another'),
})

/** Transactions, and how far the rows are brought behind each. */
export const history = fc.array(
  fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 4 }), bring: fc.nat(4) }),
  { minLength: 1, maxLength: 8 },
)

/** Changes the rows, and gives what a connector would say of it under REPLICA IDENTITY FULL. */
export function perform(rows: Map<number, Values>, { act, id, to, v, doc }: Step): readonly RowChange[] {
  const row = rows.get(id) ?? null
  if (act === 'empty') {
    rows.clear()
    return [truncated(name)]
  }
  if (act === 'move') {
    if (row === null || rows.has(to)) return []
    const there = { ...row, id: to }
    rows.delete(id)
    rows.set(to, there)
    return moved(row, there)
  }
  const after = act === 'put' ? { id, v, doc } : null
  if (row === null && after === null) return []
  if (after === null) rows.delete(id)
  else rows.set(id, after)
  return [change(row, after)]
}
