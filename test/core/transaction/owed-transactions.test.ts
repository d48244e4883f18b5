import { describe, expect, it } from 'vitest'
import type { SourcePosition } from '../../../src/core/capture/row-change.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { OwedTransactions } from '../../../src/core/transaction/owed-transactions.ts'

const position = '0000000000000010' as SourcePosition
const end = (transaction: string) =>
  ({ kind: 'end', offset: 9, transaction, position, eventCount: 1, collectionsCount: 1 }) as const
const nothingHeld = { open: null, position }

function left(...ids: readonly string[]): OwedTransactions {
  const owed = new OwedTransactions()
  for (const id of ids) owed.leave(id, null)
  return owed
}

describe('transactions that a connector owes', () => {
  it('come in the order in which it began them', () => {
    const owed = left('7', '8')
    expect([owed.before('7'), owed.before('8'), owed.before('9')]).toEqual([null, '7', '7'])
    owed.arrived('7')
    expect([owed.before('8'), owed.areNone]).toEqual([null, false])
    owed.arrived('8')
    expect([owed.before('9'), owed.areNone, owed.rewinds]).toEqual([null, true, 2])
  })

  it('are lost, once, when another overtakes them, and until they come after all', () => {
    const owed = left('7')
    expect(() => owed.overtake('7', end('9'), nothingHeld)).toThrow(FalseworkError)
    expect(owed.lost?.code).toBe('TX_LOST')
    owed.overtake('7', end('10'), nothingHeld)
    owed.arrived('7')
    expect(owed.lost).toBeNull()
    // What has overtaken comes again as well; what came behind the loss does not.
    expect([owed.before('10'), owed.before('9')]).toEqual(['9', null])
  })

  it('are not told of what is left behind a lost one: all of this comes again', () => {
    const owed = left('7')
    expect(() => owed.overtake('7', end('9'), nothingHeld)).toThrow(FalseworkError)
    owed.leave('11', null)
    owed.arrived('7')
    owed.arrived('9')
    expect(owed.areNone).toBe(true)
  })
})
