/**
 * Records test/fixtures/recorded/ from the real connector and Kafka's own client: `node scripts/bootstrap.mjs scripts/record-fixtures.ts`,
 * with names of fixtures to record only those. Takes about two minutes.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { openPostgresInspector } from '../src/adapters/postgres/postgres-inspector.ts'
import { type ConnectOptions } from '../stack/connect.ts'
import type { Table } from '../src/core/catalog/catalog.ts'
import { type Stack, startStack } from '../stack/stack.ts'
import { recordAllTypes } from './record-fixtures/all-types.ts'
import { CapturedDatabase } from './record-fixtures/captured-database.ts'
import { recordCompressedBatches } from './record-fixtures/compressed-batches.ts'
import { faults, recordFault, recordKilledSnapshot } from './record-fixtures/faults.ts'
import { notifications, notifiedRows, notifying } from './record-fixtures/notifications.ts'
import type { RecordedRecord } from './record-fixtures/raw-topic.ts'
import { mariadbFaults, recordMariadbFault, recordMariadbWithoutBoundaries } from './record-fixtures/mariadb/faults.ts'
import { recordMariadbHeartbeats, recordMariadbShapes, recordMariadbValues } from './record-fixtures/mariadb/record.ts'
import { histories, historyTables } from './record-fixtures/histories.ts'
import { shapes } from './record-fixtures/shapes.ts'

const folder = new URL('../test/fixtures/recorded/', import.meta.url)
const wanted = process.argv.slice(2)
const isWanted = (...names: readonly string[]): boolean =>
  wanted.length === 0 || names.some((name) => wanted.includes(name))

function write(name: string, records: readonly RecordedRecord[]): void {
  const lines = records.map((record) => JSON.stringify(record))
  writeFileSync(new URL(`${name}.jsonl`, folder), `${lines.join('\n')}\n`)
  process.stderr.write(`${name}: ${records.length} records\n`)
}

async function withStack(connect: ConnectOptions, work: (stack: Stack) => Promise<void>): Promise<void> {
  const stack = await startStack({
    stateFolder: '.falsework/record',
    state: 'fresh',
    connect,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  })
  try {
    await work(stack)
  } finally {
    await stack.stop()
  }
}

async function recordShapes(stack: Stack): Promise<void> {
  const database = await CapturedDatabase.start(stack, { name: 'shapes', isolation: 'read_committed' })
  write('initial-snapshot', await database.cut())
  for (const { name, provoke } of shapes) {
    await provoke(database)
    write(name, await database.cut())
  }
  await writeCatalog(stack, { database: 'shapes', file: 'tables.json' })
  await database.close()
}

/** The tables as the database describes them, for the tests that decode rows. */
async function writeCatalog(
  { addresses }: Stack,
  { database, file }: { readonly database: string; readonly file: string },
): Promise<void> {
  const inspector = await openPostgresInspector({ ...addresses.postgres, database })
  const { tables } = await inspector.tables({ source: 'recorded', schemas: ['shop'] })
  await inspector.close()
  writeFileSync(new URL(file, folder), `${JSON.stringify([...tables.values()], null, 1)}\n`)
}

async function recordHistories(stack: Stack): Promise<void> {
  const database = await CapturedDatabase.start(stack, { name: 'histories', isolation: 'read_committed' })
  for (const statement of historyTables) await database.sql(statement)
  await writeCatalog(stack, { database: 'histories', file: 'history-tables.json' })
  await database.cut()
  for (const { name, provoke } of histories) {
    await provoke(database)
    write(name, await database.cut())
  }
  await database.close()
}

async function recordNotifications(stack: Stack): Promise<void> {
  const database = await CapturedDatabase.start(stack, {
    name: 'notified',
    isolation: 'read_committed',
    connector: notifying,
    rows: notifiedRows,
  })
  write('notified-initial', await database.cut())
  for (const { name, provoke } of notifications) {
    await provoke(database)
    write(name, await database.cut())
  }
  await database.close()
}

/** Truncates are skipped by default: what is left of such a transaction is BEGIN and an END that counts nothing. */
async function recordEmptyTransaction(stack: Stack): Promise<void> {
  const connector = { 'skipped.operations': 't' }
  const database = await CapturedDatabase.start(stack, { name: 'empty', isolation: 'read_committed', connector })
  await database.cut()
  await database.sql('TRUNCATE shop.journal')
  write('empty-transaction', await database.cut())
  await database.close()
}

/** One line a value: its type, its text in PostgreSQL, and what the connector has made of it. */
async function recordTypes(stack: Stack): Promise<void> {
  // Else the first value that cannot be converted ends the task.
  const connector = { 'event.converting.failure.handling.mode': 'warn' }
  const database = await CapturedDatabase.start(stack, { name: 'all_types', isolation: 'read_committed', connector })
  await database.cut()
  const values = await recordAllTypes(database)
  writeFileSync(new URL('all-types.jsonl', folder), `${values.map((value) => JSON.stringify(value)).join('\n')}\n`)
  process.stderr.write(`all-types: ${values.length} values\n`)
  await database.close()
}

async function recordHeartbeats(stack: Stack): Promise<void> {
  const connector = {
    'heartbeat.interval.ms': '200',
    'heartbeat.action.query': `INSERT INTO shop.beats VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at`,
  }
  const database = await CapturedDatabase.start(stack, { name: 'beats', isolation: 'read_committed', connector })
  await database.cut()
  const isBeat = ({ key }: RecordedRecord): boolean => key?.includes('serverName') === true
  const from = database.topic.records.length
  const first = await database.topic.until(isBeat, { from, what: 'a heartbeat' })
  await database.topic.until(isBeat, { from: first + 1, what: 'another heartbeat' })
  write('heartbeats', await database.cut())
  await database.close()
}

async function recordMariadb(stack: Stack): Promise<void> {
  const writeTables = (tables: readonly Table[]): void =>
    writeFileSync(new URL('mariadb/tables.json', folder), `${JSON.stringify(tables, null, 1)}\n`)
  await recordMariadbShapes(stack, writeTables, write)
  write('mariadb/heartbeats', await recordMariadbHeartbeats(stack))
  const values = await recordMariadbValues(stack)
  writeFileSync(
    new URL('mariadb/all-types.jsonl', folder),
    `${values.map((value) => JSON.stringify(value)).join('\n')}\n`,
  )
  process.stderr.write(`mariadb/all-types: ${values.length} values\n`)
}

async function writeCompressedBatches(): Promise<void> {
  const batches = await recordCompressedBatches((line) => process.stderr.write(`${line}\n`))
  writeFileSync(new URL('kafka/compressed-batches.json', folder), `${JSON.stringify(batches, null, 1)}\n`)
}

const shapeNames = ['initial-snapshot', ...shapes.map(({ name }) => name)]
const namesOf = (list: readonly { readonly name: string }[]): readonly string[] => list.map(({ name }) => name)

mkdirSync(new URL('mariadb/', folder), { recursive: true })
if (isWanted('compressed-batches')) await writeCompressedBatches()
if (
  isWanted(
    ...shapeNames,
    ...namesOf(histories),
    'empty-transaction',
    'all-types',
    'heartbeats',
    'mariadb',
    'notified-initial',
    ...namesOf(notifications),
    ...namesOf(faults.withExactlyOnce),
  )
) {
  await withStack({ exactlyOnce: 'enabled' }, async (stack) => {
    if (isWanted(...shapeNames)) await recordShapes(stack)
    if (isWanted(...namesOf(histories))) await recordHistories(stack)
    if (isWanted('empty-transaction')) await recordEmptyTransaction(stack)
    if (isWanted('all-types')) await recordTypes(stack)
    if (isWanted('notified-initial', ...namesOf(notifications))) await recordNotifications(stack)
    if (isWanted('mariadb')) await recordMariadb(stack)
    if (isWanted('heartbeats')) await recordHeartbeats(stack)
    for (const fault of faults.withExactlyOnce) {
      if (isWanted(fault.name)) write(fault.name, await recordFault(stack, fault, 'required'))
    }
  })
}
const bareNames = ['bare-shapes', ...namesOf(mariadbFaults)]
if (isWanted('killed-in-snapshot', ...namesOf(faults.withoutExactlyOnce), ...bareNames)) {
  await withStack({ exactlyOnce: 'disabled' }, async (stack) => {
    for (const fault of faults.withoutExactlyOnce) {
      if (isWanted(fault.name)) write(fault.name, await recordFault(stack, fault, 'requested'))
    }
    if (isWanted('killed-in-snapshot')) write('killed-in-snapshot', await recordKilledSnapshot(stack))
    if (isWanted('bare-shapes')) write('mariadb/bare-shapes', await recordMariadbWithoutBoundaries(stack))
    for (const fault of mariadbFaults) {
      if (isWanted(fault.name)) write(`mariadb/${fault.name}`, await recordMariadbFault(stack, fault))
    }
  })
}
