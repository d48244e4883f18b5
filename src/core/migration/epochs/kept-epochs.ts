/** What the watch of epochs goes on from after a restart, as one value. */
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import { isJsonObject } from '../../diagnostics/json-object.ts'
import type { EpochDecrease, SavedEpochs } from './epoch-watch.ts'

export interface KeptEpochs {
  readonly saved: SavedEpochs
  /** Where each topic goes on, partition by partition. */
  readonly offsets: Readonly<Record<string, readonly number[]>>
}

/** A key takes six bytes, its epoch four. */
const keyBytes = 6
const entryBytes = keyBytes + 4

export function encodeKeptEpochs({ saved: { epochs, decreases, forgotten }, offsets }: KeptEpochs): Buffer {
  const table = Buffer.alloc(epochs.size * entryBytes)
  let at = 0
  for (const [key, epoch] of epochs) {
    table.writeUIntBE(key, at, keyBytes)
    table.writeUInt32BE(epoch, at + keyBytes)
    at += entryBytes
  }
  return Buffer.from(JSON.stringify({ offsets, decreases, forgotten, epochs: table.toString('base64') }))
}

/** Raises `INTERNAL` for what nobody has written here. */
export function decodeKeptEpochs(bytes: Buffer): KeptEpochs {
  const json: unknown = JSON.parse(bytes.toString())
  if (!isJsonObject(json) || typeof json['epochs'] !== 'string') {
    throw new FalseworkError('INTERNAL', 'what was kept of the epochs of a mapping cannot be read')
  }
  const table = Buffer.from(json['epochs'], 'base64')
  const epochs = new Map<number, number>()
  for (let at = 0; at < table.length; at += entryBytes) {
    epochs.set(table.readUIntBE(at, keyBytes), table.readUInt32BE(at + keyBytes))
  }
  // Nobody else writes the store.
  return {
    offsets: json['offsets'] as KeptEpochs['offsets'],
    saved: { epochs, decreases: json['decreases'] as readonly EpochDecrease[], forgotten: json['forgotten'] as number },
  }
}
