/**
 * Values as they stand in an environment: each behind a checksum of its key and of itself, so that bytes which something
 * else has changed, and a value that stands under another key, are noticed when they are read.
 */
import { crc32 } from 'node:zlib'
import type { Database } from 'lmdb'
import { Damage } from './failure.ts'

const sumBytes = 4

/** Within a batch of the environment. */
export function putSealed<Key extends string>(database: Database<Buffer, Key>, key: Key, value: Buffer): void {
  const bytes = Buffer.allocUnsafe(sumBytes + value.length)
  bytes.writeUInt32BE(sumOf(key, value), 0)
  value.copy(bytes, sumBytes)
  void database.put(key, bytes)
}

/** Null: it is not there. Raises Damage, and what LMDB says. */
export function readSealed<Key extends string>(database: Database<Buffer, Key>, key: Key): Buffer | null {
  const shared = database.getBinaryFast(key)
  if (shared === undefined) return null
  // The buffer is LMDB's, and the next read writes into it.
  const { length } = shared
  if (length < sumBytes) throw damaged()
  const value = Buffer.allocUnsafe(length - sumBytes)
  shared.copy(value, 0, sumBytes, length)
  if (shared.readUInt32BE(0) !== sumOf(key, value)) throw damaged()
  return value
}

/** In byte order, from `start` up to but without `end`. Raises as `readSealed`. */
export function* sealedBetween<Key extends string>(
  database: Database<Buffer, Key>,
  start: Key,
  end: Key,
): Generator<{ readonly key: Key; readonly value: Buffer }> {
  for (const { key, value } of database.getRange({ start, end })) yield { key, value: unsealed(key, value) }
}

/** In the same memory. */
function unsealed(key: string, bytes: Buffer): Buffer {
  const value = bytes.subarray(sumBytes)
  if (bytes.length < sumBytes || bytes.readUInt32BE(0) !== sumOf(key, value)) throw damaged()
  return value
}

/** A key may be personal data, and is not told. */
const damaged = (): Damage => new Damage('a value does not match its checksum')

const sumOf = (key: string, value: Buffer): number => crc32(value, crc32(key))
