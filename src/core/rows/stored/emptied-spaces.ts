/**
 * Spaces of a store whose older entries count as gone, from the step on that says so; they are removed bit by bit behind
 * it. Each entry is stamped with the generation in which it was written, and each emptying begins another one.
 */
import type { StoreKey, StoreSpace } from './store-key.ts'

export interface EmptiedSpace extends StoreSpace {
  /** Entries of generations before it are gone. */
  readonly since: number
}

/** Part of the mark of a store. */
export interface EmptiedSpaces {
  /** In which entries are written. */
  readonly generation: number
  /** Those of which older entries may still be there, by where they begin. */
  readonly spaces: ReadonlyMap<StoreKey, EmptiedSpace>
}

export const nothingEmptied: EmptiedSpaces = { generation: 0, spaces: new Map() }

/** Nothing of these is left; what is written from here on is. */
export function emptying(before: EmptiedSpaces, spaces: Iterable<StoreSpace>): EmptiedSpaces {
  const since = before.generation + 1
  const own = [...spaces].map(({ from, to }) => [from, { from, to, since }] as const)
  return own.length === 0 ? before : { generation: since, spaces: new Map([...before.spaces, ...own]) }
}

/** Of the space nothing older is there any more. */
export const removedFrom = ({ generation, spaces }: EmptiedSpaces, space: StoreSpace): EmptiedSpaces => ({
  generation,
  spaces: new Map([...spaces].filter(([from]) => from !== space.from)),
})

const stampBytes = 4

/** An entry as it stands in a store. */
export function stamped({ generation }: EmptiedSpaces, value: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(stampBytes + value.length)
  bytes.writeUInt32BE(generation, 0)
  value.copy(bytes, stampBytes)
  return bytes
}

/** What was written of an entry of the space, in the same memory; null: it is gone. */
export function liveValue({ spaces }: EmptiedSpaces, space: StoreSpace, bytes: Buffer): Buffer | null {
  const emptied = spaces.size === 0 ? undefined : spaces.get(space.from)
  return emptied !== undefined && bytes.readUInt32BE(0) < emptied.since ? null : bytes.subarray(stampBytes)
}
