/** Parity stores on LMDB, beside the row stores: one directory for each mapping. */
import { join } from 'node:path'
import {
  decodeSpilled,
  encodeSpilled,
  spilledEntryKey,
  spilledSpace,
  stateKey,
} from '../../core/parity/kept/spilled-entry.ts'
import type { SpilledAggregate, SpilledKey, SpilledMark } from '../../core/parity/kept/spilled.ts'
import type { StoreKey } from '../../core/rows/stored/store-key.ts'
import type { OpenParityStore, ParityBatch, ParityStore } from '../../ports/parity-store.ts'
import type { RowStore } from '../../ports/row-store.ts'
import { openLmdbStore } from './lmdb-row-store.ts'

/** No source has a name like this, so that the two kinds of stores are apart. */
const folder = '.parity'

/** Opens the stores in `<dataDirectory>/.parity/<mapping>`; one that cannot be read is empty. */
export const openLmdbParityStores =
  (dataDirectory: string): OpenParityStore =>
  async (mapping) => {
    const entries = await openLmdbStore(join(dataDirectory, folder, mapping), 'parity store')
    try {
      if (entries.unreadable !== null) await entries.clear()
    } catch (error) {
      await entries.close()
      throw error
    }
    return new LmdbParityStore(entries)
  }

class LmdbParityStore implements ParityStore {
  private readonly entries: RowStore

  constructor(entries: RowStore) {
    this.entries = entries
  }

  state(): Buffer | null {
    return this.entries.get(stateKey)
  }

  spilled(key: SpilledKey): SpilledAggregate | null {
    const value = this.entries.get(spilledEntryKey(key))
    return value === null ? null : decodeSpilled(value)
  }

  *spilledMarks(): Generator<readonly [string, SpilledMark]> {
    for (const { value } of this.entries.range(spilledSpace.from, spilledSpace.to)) {
      const { aggregate, dueMs, pendingSinceMs } = decodeSpilled(value)
      yield [aggregate, { dueMs, pendingSinceMs }]
    }
  }

  async write(batch: ParityBatch): Promise<void> {
    await this.entries.write({ entries: entriesOf(batch), mark: '' })
  }

  async clear(): Promise<void> {
    await this.entries.clear()
  }

  async close(): Promise<void> {
    await this.entries.close()
  }
}

function* entriesOf({ state, removed, spilled }: ParityBatch): Generator<readonly [StoreKey, Buffer | null]> {
  yield [stateKey, state]
  for (const key of removed) yield [spilledEntryKey(key), null]
  for (const one of spilled) yield [spilledEntryKey(one), encodeSpilled(one)]
}
