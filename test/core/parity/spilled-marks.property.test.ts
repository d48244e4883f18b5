import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SpilledMarks } from '../../../src/core/parity/kept/spilled-marks.ts'

describe('marks of spilled aggregates', () => {
  it('are those that were added last and not removed', () => {
    const steps = fc.array(fc.tuple(fc.nat(3_000), fc.boolean(), fc.option(fc.nat())), {
      maxLength: 4_000,
      size: 'max',
    })
    fc.assert(
      fc.property(steps, (taken) => {
        const marks = new SpilledMarks()
        const expected = new Map<string, { readonly dueMs: number; readonly pendingSinceMs: number | null }>()
        for (const [number, isAdded, pendingSinceMs] of taken) {
          const aggregate = `order-${number}`
          const mark = { dueMs: number * 7, pendingSinceMs }
          if (isAdded) marks.add(aggregate, mark)
          else marks.remove(aggregate)
          if (isAdded) expected.set(aggregate, mark)
          else expected.delete(aggregate)
        }
        for (let number = 0; number <= 3_000; number++) {
          expect(marks.dueMs(`order-${number}`)).toBe(expected.get(`order-${number}`)?.dueMs ?? null)
        }
        const pending = [...expected.values()].flatMap(({ pendingSinceMs }) => pendingSinceMs ?? [])
        expect(marks.oldestPendingMs()).toBe(pending.length === 0 ? null : Math.min(...pending))
      }),
      { numRuns: 15 },
    )
  })
})
