/** How much of a source may wait before the source itself does. */
import { FalseworkError } from '../diagnostics/falsework-error.ts'

export interface HeldBounds {
  readonly inputs: number
  /** Of their records. */
  readonly bytes: number
}

export const usualHeldBounds: HeldBounds = { inputs: 10_000, bytes: 67_108_864 }

/** What would wait. */
export interface HeldAmount extends HeldBounds {
  readonly keys: number
  /** Those that others wait behind. */
  readonly failed: number
  /** Of what a checkpoint says of keys and failed inputs. */
  readonly checkpointBytes: number
}

/** A checkpoint is one record: half of what brokers take, unless they are told otherwise. */
export const checkpointBytesMax = 524_288

/** Raises `HELD_TOO_MUCH`. */
export function expectWithinBounds({ inputs, bytes, ...told }: HeldAmount, bounds: HeldBounds): void {
  if (inputs > bounds.inputs) throw tooMuch(`${inputs} inputs would wait, and limits.heldInputs is ${bounds.inputs}`)
  if (bytes > bounds.bytes) {
    throw tooMuch(`inputs of ${bytes} bytes would wait, and limits.heldBytes is ${bounds.bytes}`)
  }
  const { keys, failed, checkpointBytes } = told
  if (checkpointBytes > checkpointBytesMax) {
    throw tooMuch(
      `${keys} keys would wait behind ${failed} failed inputs, which take ${checkpointBytes} bytes of a checkpoint that ` +
        `has room for ${checkpointBytesMax}, whatever limits says`,
    )
  }
}

const tooMuch = (message: string): FalseworkError => new FalseworkError('HELD_TOO_MUCH', message)
