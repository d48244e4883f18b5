import { describe, expect, it } from 'vitest'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { checkpointBytesMax } from '../../../src/core/held/held-bounds.ts'
import type { HeldState } from '../../../src/core/held/held-state.ts'
import { Holds } from '../../../src/core/held/holds.ts'

const sinceUs = '1790000000000000'

/** An input with a key of its own fails, and others would wait behind it. */
function fail(holds: Holds): void {
  const number = holds.nextNumber
  const units = [{ topic: 'order-changes.v1', key: `ö${number}` }]
  const blocker = { number, letter: 'f'.repeat(36), mapping: 'order-changed', revision: 'a'.repeat(64), units }
  holds.hold(units, { bytes: 10, sinceUs }, blocker)
}

function raisedBy(act: () => void): FalseworkError {
  try {
    act()
  } catch (error) {
    if (error instanceof FalseworkError) return error
    throw error
  }
  throw new Error('nothing was raised')
}

/** As a checkpoint says it. */
const told = ({ holds, blockers }: HeldState): number => Buffer.byteLength(JSON.stringify([holds, blockers]))

describe('what would be too much to wait', () => {
  it.each([
    [{ inputs: 3, bytes: 1_000 }, '4 inputs would wait, and limits.heldInputs is 3'],
    [{ inputs: 1_000, bytes: 39 }, 'inputs of 40 bytes would wait, and limits.heldBytes is 39'],
  ])('is refused by %j, and changes nothing', (bounds, message) => {
    const holds = new Holds(undefined, bounds)
    for (let failed = 0; failed < 3; failed++) fail(holds)
    const before = holds.state
    expect(raisedBy(() => fail(holds))).toMatchObject({ code: 'HELD_TOO_MUCH', message })
    expect(holds.state).toBe(before)
  })

  it('is refused before a checkpoint could not say it, whatever it says of each key', () => {
    const holds = new Holds()
    const error = raisedBy(() => {
      for (;;) fail(holds)
    })
    const { inputs } = holds.state
    expect(error.code).toBe('HELD_TOO_MUCH')
    expect(error.message).toContain(`${inputs + 1} keys would wait behind ${inputs + 1} failed inputs`)
    expect(error.message).toContain(String(checkpointBytesMax))
    expect(told(holds.state)).toBeLessThanOrEqual(checkpointBytesMax)
    expect(told(holds.state)).toBeGreaterThan(checkpointBytesMax - 500)
  })

  it('has room again where some of it was released', () => {
    const holds = new Holds()
    raisedBy(() => {
      for (;;) fail(holds)
    })
    for (let number = 0; number < 100; number++)
      holds.release({ number, units: [{ topic: 'order-changes.v1', key: `ö${number}` }], bytes: 10 })
    for (let failed = 0; failed < 90; failed++) fail(holds)
    expect(told(holds.state)).toBeLessThanOrEqual(checkpointBytesMax)
  })
})
