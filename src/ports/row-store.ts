import type { StoreKey } from '../core/rows/stored/store-key.ts'
import type { Unreadable } from '../core/rows/stored/store-mark.ts'

export interface StoreEntry {
  readonly key: StoreKey
  readonly value: Buffer
}

/** What is written in one step: after a crash all of it is there, or nothing. */
export interface StoreBatch {
  /** Null removes the entry. */
  readonly entries: Iterable<readonly [StoreKey, Buffer | null]>
  /** Replaces the mark of the batch before. */
  readonly mark: string
}

/**
 * The rows of one source as its raw log leaves them, and what is derived from them: an ordered map from bytes to bytes
 * on a local disk, which belongs to one process at a time.
 *
 * To the implementer: `get` and `range` are asked for each change, from memory or mapped pages; they see every batch
 * whose `write` has been fulfilled, and may see one that is still being written. Keys have 1 to `keyBytesMax` bytes
 * (`core/rows/stored/store-key.ts`). Values that are given out stay valid until the caller gives the event loop
 * back; values that are handed over stay as they are until their `write` is fulfilled. A crash of the process or of the
 * machine may lose the last batches, never a part of one, and never the order. What was changed on the disk by anything
 * else is never given out: whoever comes upon it has `STORE_DAMAGED`, the store is spent as behind a refused write, and
 * whoever opens it next finds it unreadable.
 */
export interface RowStore {
  /**
   * As it was found when it was opened; null: what it holds can be read. Where it cannot, there is no mark and no entry to
   * be counted, and everything but `size`, `clear` and `close` raises `STORE_DAMAGED`, or `STORE_FAILED` for a store of
   * another build; what was there stays until it is cleared.
   */
  readonly unreadable: Unreadable | null
  /** What the last batch said of itself; null for a store in which nothing was ever written. */
  readonly mark: string | null
  get(key: StoreKey): Buffer | null
  /** In byte order, from `from` up to but without `to`. */
  range(from: StoreKey, to: StoreKey): Iterable<StoreEntry>
  /**
   * Batches are written in the order of the calls. Raises `STORE_FAILED` when the disk refuses: then the store is spent,
   * and everything but `close` raises it. What the entries themselves raise is passed on, and nothing is written.
   */
  write(batch: StoreBatch): Promise<void>
  /** Removes everything, and the mark; what could not be read is empty then, and sound. */
  clear(): Promise<void>
  /** Bytes on the disk, and entries, as of the last batch. */
  size(): { readonly bytes: number; readonly entries: number }
  /**
   * A whole copy as of one batch, to be opened as a source is, in a directory that is not there yet. Now and then
   * `copied` is told how many bytes of it there are. Raises `STORE_FAILED`, and `STORE_DAMAGED` where that is come upon.
   */
  copyTo(directory: string, copied?: (bytes: number) => void): Promise<void>
  /** Everything written is on the disk behind it. Idempotent. */
  close(): Promise<void>
}

/**
 * Opens the store of a source. Raises `STORE_IN_USE` while another process has it, `STORE_FAILED` where the directory
 * cannot be used, or holds something else; what was a store by all signs, and is damaged, is opened as unreadable.
 */
export type OpenRowStore = (source: string) => Promise<RowStore>

/** The same for a store that somebody has made; null where nobody has, and then nothing is made. */
export type FindRowStore = (source: string) => Promise<RowStore | null>

/**
 * A whole copy of the store of a source as of one batch, in a directory that is not there yet, and opened; null where
 * nobody has made a store. Whoever has the store goes on with it. Now and then `copied` is told how many bytes of `of`
 * there are, at most: a copy has no free pages. Raises `STORE_FAILED`, and `STORE_DAMAGED` for a store that is: of a copy
 * everything was read.
 */
export type CopyRowStore = (
  source: string,
  directory: string,
  copied?: (bytes: number, of: number) => void,
) => Promise<RowStore | null>

/** The same, to be worked on and thrown away, and not read before: nothing of it is left behind `close`. */
export type BorrowRowStore = (source: string, copied?: (bytes: number, of: number) => void) => Promise<RowStore | null>
