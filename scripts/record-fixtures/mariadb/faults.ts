/**
 * What MariaDB's connector emits without the transformation `BoundaryOffsets`: it commits offsets in mid-transaction, so
 * that Connect, killed there, has a part of it come again, and counts rows anew.
 */
import type { Stack } from '../../../stack/stack.ts'
import { offsetIsStored, type StoredOffset } from '../connect-rest.ts'
import { killConnect, limitProducers, recordAround, slowly, slowRate } from '../faults.ts'
import type { RecordedRecord } from '../raw-topic.ts'
import { CapturedMariadb } from './captured-mariadb.ts'
import { shapeTables } from './shapes.ts'

const rowsOfLarge = 60

const bare = { transforms: 'columns,route', 'exactly.once.support': 'requested' }

const largeTransaction = `BEGIN; INSERT INTO line_items SELECT 7, seq, 'x' FROM seq_1_to_${rowsOfLarge};
  INSERT INTO orders VALUES (300, 'N', 1, NULL); COMMIT`

export interface MariadbFault {
  readonly name: string
  readonly run: (stack: Stack, database: CapturedMariadb) => Promise<void>
}

/** Kills Connect when the row of this number in the large transaction has arrived, and lets it go on at full speed. */
async function killAtRow(stack: Stack, database: CapturedMariadb, number: number): Promise<void> {
  const from = database.topic.records.length
  await database.sql(largeTransaction)
  const isInside = ({ value }: RecordedRecord): boolean => value?.includes(`"total_order":${number},`) === true
  await database.topic.until(isInside, { from, what: 'a row of the large transaction' })
  await killConnect(stack)
  limitProducers(stack, null)
}

/** A connector that comes back leaves out `row` rows of a statement. */
const isWithinStatement = ({ row }: StoredOffset): boolean => Number(row ?? 0) >= 10

export const mariadbFaults: readonly MariadbFault[] = [
  {
    name: 'bare-killed-after-transactions',
    run: async (stack, database) => {
      for (let id = 100; id < 106; id += 1) {
        await database.sql(`INSERT INTO orders VALUES (${id}, 'N', 1, NULL), (${id + 100}, 'N', 1, NULL)`)
      }
      await database.topic.until(({ value }) => value?.includes('"id":205,') === true, {
        from: 0,
        what: 'the last row',
      })
      await killConnect(stack)
    },
  },
  {
    name: 'bare-killed-in-transaction',
    run: async (stack, database) => {
      limitProducers(stack, slowRate)
      await killAtRow(stack, database, 20)
    },
  },
  {
    name: 'bare-killed-behind-its-offset',
    run: async (stack, database) => {
      limitProducers(stack, slowRate)
      await database.sql(largeTransaction)
      await offsetIsStored(stack, database.name, isWithinStatement)
      await killConnect(stack)
      limitProducers(stack, null)
    },
  },
  {
    // Offsets of those before it are not written yet: the connector goes back to them.
    name: 'bare-killed-going-back',
    run: async (stack, database) => {
      limitProducers(stack, slowRate)
      for (const id of [400, 401]) await database.sql(`INSERT INTO orders VALUES (${id}, 'N', 1, NULL)`)
      await killAtRow(stack, database, 10)
    },
  },
]

/** Records of one fault, the mark behind it included. */
export async function recordMariadbFault(stack: Stack, fault: MariadbFault): Promise<readonly RecordedRecord[]> {
  const name = fault.name.replaceAll('-', '_')
  const database = await CapturedMariadb.start(stack, { name, tables: shapeTables, connector: { ...slowly, ...bare } })
  return await recordAround(stack, database, async () => await fault.run(stack, database))
}

/** The same connector without faults: savepoints, and transactions of which nothing is captured. */
export async function recordMariadbWithoutBoundaries(stack: Stack): Promise<readonly RecordedRecord[]> {
  const connector = { ...bare, 'table.exclude.list': 'bare_shapes.journal' }
  const database = await CapturedMariadb.start(stack, { name: 'bare_shapes', tables: shapeTables, connector })
  await database.cut()
  await database.sql(`BEGIN; INSERT INTO orders VALUES (30, 'N', 1, NULL); SAVEPOINT s; INSERT INTO orders VALUES (31, 'N', 1, NULL);
    ROLLBACK TO SAVEPOINT s; INSERT INTO orders VALUES (32, 'N', 1, NULL); COMMIT`)
  await database.sql(`INSERT INTO journal VALUES ('left out')`)
  const records = await database.cut()
  await database.close()
  return records
}
