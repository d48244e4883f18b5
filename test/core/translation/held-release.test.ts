import { expect, it } from 'vitest'
import type { HeldInput } from '../../../src/core/held/held-record.ts'
import { usualHeldBounds } from '../../../src/core/held/held-bounds.ts'
import { nothingHeld } from '../../../src/core/held/held-state.ts'
import { HeldInputs } from '../../../src/core/translation/held/held-inputs.ts'
import { HeldRelease } from '../../../src/core/translation/held/held-release.ts'
import type { HeldTranslation } from '../../../src/core/translation/held/held-translation.ts'

/** Three were held in a key, and each of the log has left another one before. */
function releaseOfThree(): { readonly take: (number: number) => void; readonly end: () => void } {
  const hold = { unit: { topic: 'orders', key: '1' }, next: 0, end: 3, sinceUs: '0' }
  const held = new HeldInputs({ ...nothingHeld, next: 3, inputs: 3, holds: [hold] }, usualHeldBounds)
  const release = new HeldRelease({ held, active: {} } as unknown as HeldTranslation)
  const units = [{ topic: 'orders', key: '2' }]
  return {
    take: (number) => release.take({ input: { number, units } as unknown as HeldInput, bytes: 1 }),
    end: () => release.end(),
  }
}

it('a release takes the inputs that were held before it began, in order, and passes others over', () => {
  const { take, end } = releaseOfThree()
  for (const number of [0, 1, 2, 3, 4]) take(number)
  expect(end).not.toThrow()
})

it.each([
  ['at the first', [], 'held input 0 is not in the log: number 1 is next', 1],
  ['in the middle', [0], 'held input 1 is not in the log: number 2 is next', 2],
])('a release halts where the log of held inputs lacks one %s', (_, there, message, next) => {
  const { take } = releaseOfThree()
  for (const number of there) take(number)
  expect(() => take(next)).toThrow(expect.objectContaining({ code: 'HELD_UNREADABLE', message }) as Error)
})

it('a release halts where the log of held inputs lacks the last ones', () => {
  const { take, end } = releaseOfThree()
  take(0)
  expect(end).toThrow(
    expect.objectContaining({ code: 'HELD_UNREADABLE', message: 'held input 1 is not in the log' }) as Error,
  )
})
