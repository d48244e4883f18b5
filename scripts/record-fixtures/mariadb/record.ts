/** Records what MariaDB's connector sends: each shape, and every type. */
import type { Table } from '../../../src/core/catalog/catalog.ts'
import type { LiveStack } from '../connect-rest.ts'
import type { RecordedRecord } from '../raw-topic.ts'
import { type RecordedMariadbValue, recordMariadbTypes, typeTables } from './all-types.ts'
import { CapturedMariadb } from './captured-mariadb.ts'
import { mariadbShapes, shapeTables } from './shapes.ts'

/** `write` gets the name of a fixture and its records; the catalog comes first, as it was before all of them. */
export async function recordMariadbShapes(
  stack: LiveStack,
  writeTables: (tables: readonly Table[]) => void,
  write: (name: string, records: readonly RecordedRecord[]) => void,
): Promise<void> {
  const database = await CapturedMariadb.start(stack, { name: 'shapes', tables: shapeTables })
  writeTables(await database.catalog())
  write('mariadb/initial-snapshot', await database.cut())
  for (const { name, provoke } of mariadbShapes) {
    await provoke(database)
    write(`mariadb/${name}`, await database.cut())
  }
  await database.close()
}

export async function recordMariadbHeartbeats(stack: LiveStack): Promise<readonly RecordedRecord[]> {
  const connector = {
    'heartbeat.interval.ms': '200',
    'heartbeat.action.query':
      'INSERT INTO beats.beats VALUES (1, now()) ON DUPLICATE KEY UPDATE beat_at = now() + INTERVAL 1 SECOND',
  }
  const tables = [
    'CREATE TABLE beats (id int PRIMARY KEY, beat_at datetime NOT NULL)',
    `INSERT INTO beats VALUES (1, now())`,
  ]
  const database = await CapturedMariadb.start(stack, { name: 'beats', tables, connector })
  await database.cut()
  const isBeat = ({ key }: RecordedRecord): boolean => key?.includes('serverName') === true
  const from = database.topic.records.length
  const first = await database.topic.until(isBeat, { from, what: 'a heartbeat' })
  await database.topic.until(isBeat, { from: first + 1, what: 'another heartbeat' })
  const records = await database.cut()
  await database.close()
  return records
}

export async function recordMariadbValues(stack: LiveStack): Promise<readonly RecordedMariadbValue[]> {
  const database = await CapturedMariadb.start(stack, { name: 'all_types', tables: typeTables })
  const values = await recordMariadbTypes(database, await database.cut())
  await database.close()
  return values
}
