/** A process of its own with a parity store, which it writes on and on: `<data directory>`. */
import { openLmdbParityStores } from '../../../src/adapters/lmdb/lmdb-parity-store.ts'
import type { SpilledAggregate } from '../../../src/core/parity/kept/spilled.ts'

const [, , dataDirectory = ''] = process.argv
const store = await openLmdbParityStores(dataDirectory)('orders')

/** Of each batch there are as many; all of those of the batch before are removed with it. */
const batchOf = (number: number): readonly SpilledAggregate[] =>
  Array.from({ length: 1_000 }, (_, at) => ({
    aggregate: `order-${at}`,
    dueMs: number,
    pendingSinceMs: number,
    bytes: Buffer.alloc(300, number),
  }))

for (let number = Number(store.state()?.toString() ?? '0') + 1; ; number++) {
  await store.write({ state: Buffer.from(String(number)), removed: batchOf(number - 1), spilled: batchOf(number) })
  process.stdout.write(`${number}\n`)
}
