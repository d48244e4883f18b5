import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { openMariadbSignalSender } from '../../../src/adapters/mariadb/mariadb-signal-sender.ts'
import { openMariadbTableReader } from '../../../src/adapters/mariadb/mariadb-table-reader.ts'
import { columnComparison } from '../../../src/core/audit/column-comparison.ts'
import type { TextRow } from '../../../src/core/audit/table-comparison.ts'
import type { CaptureSettings } from '../../../src/core/capture/connector/capture-settings.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { signalSenderContract } from '../../contract/signal-sender.ts'
import { tableReaderContract } from '../../contract/table-reader.ts'

const { mariadb } = inject('stack')

// Without a server `npm test` says so by name.
describe.skipIf(mariadb === null)('MariaDB', () => {
  const address = mariadb ?? { host: '', port: 0, user: '', password: '' }
  const id = `reader_${process.pid}`
  const signals = tableName(id, 'sig`nals')
  const opened = createConnection({ ...address, multipleStatements: true })
  const execute = async (text: string, values: readonly unknown[] = []): Promise<void> => {
    await (await opened).query(text, [...values])
  }

  beforeAll(async () => {
    await execute(
      `CREATE DATABASE ${id}; CREATE TABLE ${id}.\`No\`\`tes\` (id int PRIMARY KEY, note text);
       CREATE TABLE ${id}.\`sig\`\`nals\` (\`key\` varchar(64) PRIMARY KEY, what varchar(32), \`with\` varchar(2048))`,
    )
  })
  afterAll(async () => {
    await execute(`DROP DATABASE ${id}`)
    await (await opened).end()
  })

  tableReaderContract({
    table: tableName(id, 'No`tes'),
    open: async () => await openMariadbTableReader(address, signals),
    empty: async () => await execute(`TRUNCATE ${id}.\`No\`\`tes\``),
    insert: async (rows) => {
      await execute(`INSERT INTO ${id}.\`No\`\`tes\` VALUES ?`, [rows.map(({ id: number, note }) => [number, note])])
    },
  })

  signalSenderContract({
    table: signals,
    missing: tableName(id, 'none'),
    open: async () => await openMariadbSignalSender(address),
    rows: async () => {
      const [rows] = await (await opened).query({ sql: `SELECT * FROM ${id}.\`sig\`\`nals\``, rowsAsArray: true })
      return rows as string[][]
    },
  })

  it('leaves no row of a watermark behind', async () => {
    const reader = await openMariadbTableReader(address, signals)
    await reader.emitWatermark('audit 1')
    await reader.close()
    const [rows] = await (await opened).query(`SELECT * FROM ${id}.\`sig\`\`nals\` WHERE what = 'falsework-watermark'`)
    expect(rows).toEqual([])
  })

  it('writes values as an audit compares them with what the connector sends', async () => {
    const recorded = [
      ['tinyint(1)', '1', 1],
      ['bigint(20) unsigned', '18446744073709551615', -1],
      ['bit(1)', `b'1'`, true],
      ['bit(20)', `b'10000000000000000001'`, 'AQAI'],
      ['float', '0.1', 0.1],
      ['double', '1e-300', 1e-300],
      ['decimal(10,2)', '0.05', '0.05'],
      ['date', `'0001-01-01'`, -719_162],
      ['date', `'0000-00-00'`, null],
      ['datetime(6)', `'2024-02-29 12:00:00.123456'`, 1_709_208_000_123_456],
      ['datetime', `'2024-02-29 12:00:00'`, 1_709_208_000_000],
      ['timestamp(3)', `'2024-02-29 12:00:00.123'`, '2024-02-29T12:00:00.123Z'],
      ['year(4)', '0', 1900],
      ['char(5)', `'ab  '`, 'ab'],
      ['varchar(9)', `'Zoë 🙂'`, 'Zoë 🙂'],
      ['binary(4)', `x'00ff'`, '00ff0000'],
      ['longblob', `x''`, ''],
      [`enum('a,b','c')`, `'a,b'`, 'a\\,b'],
      [`set('read','write')`, `'write,read'`, 'read,write'],
      ['time', `'23:59:59'`, 86_399_000_000],
    ] as const
    const columns = recorded.map(([type], at) => `c${at} ${type}${type.startsWith('timestamp') ? ' NULL' : ''}`)
    await execute(
      `SET sql_mode = '', time_zone = '+00:00'; CREATE TABLE ${id}.shapes (id int PRIMARY KEY, ${columns.join(', ')});
       INSERT INTO ${id}.shapes VALUES (1, ${recorded.map(([, text]) => text).join(', ')})`,
    )
    const reader = await openMariadbTableReader(address, signals)
    const shapes = tableName(id, 'shapes')
    const snapshot = await reader.snapshot([shapes])
    // Whoever drops the table would wait for it.
    onTestFinished(async () => {
      await snapshot.close()
      await reader.close()
    })
    let row: TextRow = []
    for await (const page of snapshot.rows(
      shapes,
      recorded.map((_, at) => `c${at}`),
    ))
      row = page[0] ?? []
    for (const [at, [type, , raw]] of recorded.entries()) {
      const column = snapshot.tables.get(shapes)?.columns.find(({ name }) => name === `c${at}`)
      if (column === undefined) throw new Error(`no column of type ${type}`)
      const comparison = columnComparison(column, settings)
      if (comparison.kind === 'notCompared') throw new Error(comparison.reason)
      expect([type, row[at], comparison.compare(row[at] ?? null, raw)]).toEqual([type, row[at], 'same'])
    }
  })
})

const settings: CaptureSettings = {
  database: 'mariadb',
  format: 'json',
  decimalHandling: 'string',
  timePrecision: 'adaptive_time_microseconds',
  binaryHandling: 'hex',
  unsignedBigints: 'long',
}
