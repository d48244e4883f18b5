/** A spilled aggregate as an entry of an ordered store of bytes. */
import { hash } from 'node:crypto'
import type { StoreKey } from '../../rows/stored/store-key.ts'
import type { SpilledAggregate, SpilledKey } from './spilled.ts'

const space = 's'

/** Where all of them stand. */
export const spilledSpace = { from: space as StoreKey, to: 't' as StoreKey }

/** Where the state beside them stands. */
export const stateKey = 'a' as StoreKey

/** Longer ids are hashed: the id itself stands in the value. */
const idMax = 256
const timeBytes = 8

/** By due time, whose bytes as a double have its order: times are not negative. */
export function spilledEntryKey({ aggregate, dueMs }: SpilledKey): StoreKey {
  const time = Buffer.alloc(timeBytes)
  time.writeDoubleBE(dueMs)
  const id = Buffer.from(aggregate).toString('latin1')
  return (space + time.toString('latin1') + (id.length > idMax ? hash('sha256', id) : id)) as StoreKey
}

/** Due time, since when something waits, and how long the id is. */
const headBytes = 2 * timeBytes + 4

export function encodeSpilled({ aggregate, dueMs, pendingSinceMs, bytes }: SpilledAggregate): Buffer {
  const id = Buffer.from(aggregate)
  const head = Buffer.alloc(headBytes)
  head.writeDoubleBE(dueMs)
  head.writeDoubleBE(pendingSinceMs ?? Number.NaN, timeBytes)
  head.writeUInt32BE(id.length, 2 * timeBytes)
  return Buffer.concat([head, id, bytes])
}

/** Of what `encodeSpilled` has written. */
export function decodeSpilled(value: Buffer): SpilledAggregate {
  const idEnd = headBytes + value.readUInt32BE(2 * timeBytes)
  const sinceMs = value.readDoubleBE(timeBytes)
  return {
    aggregate: value.toString('utf8', headBytes, idEnd),
    dueMs: value.readDoubleBE(),
    pendingSinceMs: Number.isNaN(sinceMs) ? null : sinceMs,
    bytes: value.subarray(idEnd),
  }
}
