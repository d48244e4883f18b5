/** What a connector emits around a crash or a restart: Connect is killed while it is slowed down by a quota. */
import { execFileSync } from 'node:child_process'
import type { Stack } from '../../stack/stack.ts'
import { CapturedDatabase } from './captured-database.ts'
import { isStreaming, offsetIsStored } from './connect-rest.ts'
import type { Isolation, RecordedRecord } from './raw-topic.ts'

const rowsOfLarge = 60
/** So slow that a transaction of 60 rows takes seconds, in batches of few rows. */
export const slowly = { 'producer.override.batch.size': '2048', 'max.batch.size': '16', 'max.queue.size': '32' }

export const slowRate = 'producer_byte_rate=4000'

const largeTransaction = `BEGIN; INSERT INTO shop.lines SELECT 7, n, 'x' FROM generate_series(1, ${rowsOfLarge}) n;
  INSERT INTO shop.orders VALUES (300, 'N', 1, NULL); COMMIT`

export interface Fault {
  readonly name: string
  readonly isolation: Isolation
  readonly run: (stack: Stack, database: CapturedDatabase) => Promise<void>
}

/** Whole transactions were written, and the connector's offsets are not yet: they come again. */
async function killAfterTransactions(stack: Stack, database: CapturedDatabase): Promise<void> {
  for (let id = 100; id < 106; id += 1) {
    await database.sql(`INSERT INTO shop.orders VALUES (${id}, 'N', 1, NULL), (${id + 100}, 'N', 1, NULL)`)
  }
  await database.topic.until(({ value }) => value?.includes('"id":205,') === true, { from: 0, what: 'the last row' })
  await killConnect(stack)
}

export async function killConnect(stack: Stack): Promise<void> {
  await stack.connect.kill('SIGKILL')
  await stack.connect.start()
}

async function inMidTransaction(stack: Stack, database: CapturedDatabase, act: () => Promise<void>): Promise<void> {
  const from = database.topic.records.length
  limitProducers(stack, slowRate)
  await database.sql(largeTransaction)
  const isInside = ({ value }: RecordedRecord): boolean => value?.includes('"total_order":20,') === true
  await database.topic.until(isInside, { from, what: 'a row of the large transaction' })
  await act()
  limitProducers(stack, null)
}

const killInMidTransaction = async (stack: Stack, database: CapturedDatabase): Promise<void> =>
  await inMidTransaction(stack, database, async () => await killConnect(stack))

/** Before the large transaction stand some whose offsets are not written yet: the connector goes back to those. */
const killGoingBack = async (stack: Stack, database: CapturedDatabase): Promise<void> => {
  limitProducers(stack, slowRate)
  for (const id of [400, 401]) await database.sql(`INSERT INTO shop.orders VALUES (${id}, 'N', 1, NULL)`)
  await database.sql(largeTransaction)
  const isInside = ({ value }: RecordedRecord): boolean => value?.includes('"total_order":10,') === true
  await database.topic.until(isInside, { from: 0, what: 'a row of the large transaction' })
  await killConnect(stack)
  limitProducers(stack, null)
}

const restartInMidTransaction = async (stack: Stack, database: CapturedDatabase): Promise<void> =>
  await inMidTransaction(stack, database, async () => await database.restartConnector())

export const faults: Readonly<Record<'withExactlyOnce' | 'withoutExactlyOnce', readonly Fault[]>> = {
  withoutExactlyOnce: [
    { name: 'killed-after-transactions', isolation: 'read_committed', run: killAfterTransactions },
    { name: 'killed-in-transaction', isolation: 'read_committed', run: killInMidTransaction },
    { name: 'killed-going-back', isolation: 'read_committed', run: killGoingBack },
    { name: 'restarted-in-transaction', isolation: 'read_committed', run: restartInMidTransaction },
  ],
  withExactlyOnce: [
    { name: 'killed-exactly-once-uncommitted', isolation: 'read_uncommitted', run: killInMidTransaction },
    { name: 'killed-exactly-once', isolation: 'read_committed', run: killAfterTransactions },
  ],
}

/** Records of one fault, the mark behind it included. */
export async function recordFault(stack: Stack, fault: Fault, exactlyOnce: 'required' | 'requested') {
  const name = fault.name.replaceAll('-', '_')
  const connector = { ...slowly, 'exactly.once.support': exactlyOnce }
  const database = await CapturedDatabase.start(stack, { name, isolation: fault.isolation, connector })
  return await recordAround(stack, database, async () => await fault.run(stack, database))
}

/** Of a database and connector of either kind: its records from when the connector streams, up to a mark behind the fault. */
export async function recordAround(
  stack: Stack,
  database: Pick<CapturedDatabase, 'name' | 'cut' | 'close'>,
  fault: () => Promise<void>,
): Promise<readonly RecordedRecord[]> {
  await database.cut()
  await offsetIsStored(stack, database.name, isStreaming)
  await fault()
  const records = await database.cut()
  await database.close()
  return records
}

/** Connect is killed while the initial snapshot is written, which then begins anew. */
export async function recordKilledSnapshot(stack: Stack) {
  limitProducers(stack, slowRate)
  const database = await CapturedDatabase.start(stack, {
    name: 'killed_in_snapshot',
    isolation: 'read_committed',
    connector: { ...slowly, 'exactly.once.support': 'requested' },
    rows: `INSERT INTO shop.lines SELECT 8, n, 'x' FROM generate_series(1, ${rowsOfLarge}) n`,
    inSnapshot: async () => {
      await killConnect(stack)
      limitProducers(stack, null)
    },
  })
  const records = await database.cut()
  await database.close()
  return records
}

/** A quota for all producers, or none: Kafka's own tool sets it. */
export function limitProducers({ addresses }: Stack, quota: string | null): void {
  const change = quota === null ? ['--delete-config', 'producer_byte_rate'] : ['--add-config', quota]
  const entity = ['--alter', '--entity-type', 'clients', '--entity-default']
  const tool = ['-cp', addresses.classPath, 'kafka.admin.ConfigCommand', '--bootstrap-server', addresses.brokers]
  execFileSync('java', ['-Xmx128m', '-XX:TieredStopAtLevel=1', ...tool, ...entity, ...change], { stdio: 'pipe' })
}
