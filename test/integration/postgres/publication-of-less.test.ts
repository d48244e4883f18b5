/** The case of a publication that lists a table and publishes less than the whole of it, on the database itself. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgresInspector } from '../../../src/adapters/postgres/postgres-inspector.ts'
import { captureConditions } from '../../../src/core/capture/connector/capture-conditions.ts'
import { asked } from '../../../src/core/capture/connector/capture-findings.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import type { DatabaseInspector } from '../../../src/ports/database/database-inspector.ts'
import { caseFile } from '../../cases/run-case.ts'
import { sound, soundSettings } from '../../core/capture/connector/sound-capture.ts'
import { isolated } from '../../stack/isolated.ts'

const table = tableName('public', 'orders')
/** The database of the case has no tables that the connector writes. */
const settings = Object.fromEntries(
  Object.entries(soundSettings).filter(
    ([name]) => !['heartbeat.action.query', 'signal.data.collection'].includes(name),
  ),
)

describe('a publication of less', () => {
  let inspector: DatabaseInspector
  beforeAll(async () => {
    const address = await isolated('publication').database()
    const client = new pg.Client(address)
    await client.connect()
    await client.query(caseFile('publication-of-less', 'database.sql'))
    await client.query(`CREATE PUBLICATION everything FOR TABLE orders`)
    await client.end()
    inspector = await openPostgresInspector(address)
  })
  afterAll(async () => {
    await inspector.close()
  })

  it.each([
    ['everything', []],
    ['only_inserts', ['publication-operations']],
    ['some_rows', ['publication-rows']],
    ['some_columns', ['publication-columns']],
  ])('%s violates %j', async (publication, codes) => {
    const { tables } = await inspector.tables({ source: 's', schemas: ['public'] })
    const facts = await inspector.capture({ slot: 'none', publication, tables: [table] })
    const findings = {
      ...sound,
      connector: asked(settings),
      database: asked(facts),
      mappedTables: [...tables.values()],
      keptTables: [],
    }
    const violated = captureConditions.filter(
      ({ code, judge }) => code.startsWith('publication') && judge(findings).kind === 'violated',
    )
    expect(violated.map(({ code }) => code)).toEqual(codes)
    expect(violated.every(({ remedy }) => remedy.length > 10)).toBe(true)
  })
})
