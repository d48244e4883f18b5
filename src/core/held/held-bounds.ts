/** How much of a source may wait before the source itself does. */
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { HeldState } from './held-state.ts'
import { unitText } from './held-unit.ts'

export interface HeldBounds {
  readonly inputs: number
  /** Of their records. */
  readonly bytes: number
}

export const usualHeldBounds: HeldBounds = { inputs: 10_000, bytes: 67_108_864 }

/** They stand in every checkpoint, which is one record: a quarter of what brokers take, unless they are told otherwise. */
const unitBytesMax = 262_144

/** Raises `HELD_TOO_MUCH`. */
export function expectWithinBounds({ inputs, bytes, holds }: HeldState, bounds: HeldBounds): void {
  if (inputs > bounds.inputs) throw tooMuch(`${inputs} inputs would wait, and limits.heldInputs is ${bounds.inputs}`)
  if (bytes > bounds.bytes) {
    throw tooMuch(`inputs of ${bytes} bytes would wait, and limits.heldBytes is ${bounds.bytes}`)
  }
  const unitBytes = holds.reduce((sum, { unit }) => sum + Buffer.byteLength(unitText(unit)), 0)
  if (unitBytes > unitBytesMax) {
    throw tooMuch(
      `the ${holds.length} keys that would wait have ${unitBytes} bytes, and a checkpoint takes ${unitBytesMax}`,
    )
  }
}

const tooMuch = (message: string): FalseworkError => new FalseworkError('HELD_TOO_MUCH', message)
