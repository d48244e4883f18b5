/** `falsework audit`: the benchmark's project, whose rows a database in memory holds as well. */
import { describe, expect, it } from 'vitest'
import { type MemoryRow, memoryTableReader } from '../../src/adapters/memory/database/memory-table-reader.ts'
import { postgresPosition } from '../../src/core/capture/positions/postgres.ts'
import { type Table, type TableName, tableName } from '../../src/core/catalog/catalog.ts'
import { FalseworkError } from '../../src/core/diagnostics/falsework-error.ts'
import { storedTables } from '../../src/core/rows/stored/stored-catalog.ts'
import { decodeMark, encodeMark } from '../../src/core/rows/stored/store-mark.ts'
import { readRegistry } from '../../src/app/observe/registered.ts'
import { LiveEntries } from '../../src/app/translate/rows/live-entries.ts'
import { fillRawLog, type Installation } from '../app/bench-project.ts'
import { readFileSync } from 'node:fs'
import { benchCatalog } from '../../bench/debezium/captured-table.ts'
import { formatInstant } from '../../src/core/values/instant-text.ts'
import { parseCatalog } from '../../src/core/catalog/catalog-file.ts'
import type { OpenTableReader } from '../../src/ports/database/table-reader.ts'
import { falsework, type Ran } from './in-process.ts'
import { translatedBench } from './translated-bench.ts'

const orders = tableName('public', 'orders')

/** The rows that the store holds, as a database would write them. */
async function rowsIn(bench: Installation): Promise<MemoryRow[]> {
  const stored = (await readRegistry(bench.kafka.openControlLog)).tables.get('bench')?.stored
  const table = stored === undefined ? undefined : storedTables(stored).get(orders)
  if (table === undefined) throw new Error('the orders are not kept')
  const store = await bench.rowStores.openRowStore('bench')
  const rows = new LiveEntries(store).entries(table.range.from, table.range)
  await store.close()
  return rows.map(([, bytes]) =>
    Object.fromEntries(
      Object.entries(table.codec.decode(bytes).toJSON()).map(([name, value]) => [
        name,
        name === 'touched_at' ? timestampText(value) : textOf(value),
      ]),
    ),
  )
}

/** Microseconds, as a database writes them. */
const timestampText = (us: unknown): string =>
  formatInstant(BigInt(Number(us)))
    .replace('T', ' ')
    .replace('Z', '')

function benchTables(): ReadonlyMap<TableName, Table> {
  const parsed = parseCatalog({ text: readFileSync(benchCatalog, 'utf8'), file: 'bench.json' })
  if (parsed.kind === 'refused') throw new Error('the catalog of the benchmark cannot be read')
  return parsed.catalog.tables
}

const textOf = (value: unknown): string | null => {
  if (typeof value === 'boolean') return value ? 't' : 'f'
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : null
}

async function auditedBench(interrupted?: AbortSignal): Promise<{
  readonly rows: MemoryRow[]
  readonly audit: (...parameters: string[]) => Promise<Ran>
}> {
  const bench = await translatedBench()
  const held = bench.rowStores.heldOf('bench')
  const mark = decodeMark(held.mark ?? '')
  if (mark === null) throw new Error('no mark')
  held.mark = encodeMark({ ...mark, checkpoint: { ...mark.checkpoint, snapshot: { run: 1, phase: 'done' } } })
  const rows = await rowsIn(bench)
  const openTableReader = memoryTableReader({
    tables: benchTables(),
    visible: () => ({ xmin: 1n, xmax: 1n, inProgress: new Set() }),
    rows: () => rows,
    emitWatermark: () => {
      // Any transaction behind it is as good.
      setTimeout(() => void fillRawLog(bench, 1, 2), 10)
      const position = postgresPosition(0n)
      if (position === null) throw new Error('no position')
      return { transaction: 1n, position }
    },
  })
  return { rows, audit: async (...parameters) => await run(bench, { openTableReader, parameters, interrupted }) }
}

interface Surroundings {
  readonly openTableReader: OpenTableReader
  readonly parameters: readonly string[]
  readonly interrupted?: AbortSignal | undefined
}

const run = async (bench: Installation, { openTableReader, parameters, interrupted }: Surroundings): Promise<Ran> =>
  await falsework(['audit', 'bench', '--timeout', '5', ...parameters], {
    environment: { FALSEWORK_TOPICS_PREFIX: '' },
    ...(interrupted === undefined ? {} : { interrupted }),
    ports: () => ({
      kafka: bench.kafka,
      schemaRegistry: bench.schemaRegistry,
      borrowRowStore: bench.rowStores.borrowRowStore,
      openTableReader,
    }),
  })

describe('falsework audit', () => {
  it('is done when rows and database are the same', async () => {
    const { audit } = await auditedBench()
    const { code, out, err } = await audit()
    expect(err).not.toContain('is not compared')
    expect(out).toMatch(/^public\.orders +10 +0 +-$/m)
    expect(code).toBe(0)
  })

  it('names table, key and columns of what differs, and never a value, and exits with 1', async () => {
    const { rows, audit } = await auditedBench()
    const [first] = rows
    if (first === undefined) throw new Error('no rows')
    rows[0] = { ...first, total_cents: '987654', status: 'X' }
    const { code, out, err } = await audit()
    expect(out).toMatch(new RegExp(`^public\\.orders +id=${first['id'] ?? ''} +differs +status, total_cents$`, 'm'))
    expect(`${out}${err}`).not.toContain('987654')
    expect(err).toContain('next: see docs/audit.md')
    expect(code).toBe(1)
    const json = JSON.parse((await audit('-o', 'json')).out) as unknown
    expect(json).toMatchObject({
      kind: 'Audits',
      items: [{ source: 'bench', differences: [{ table: orders, kind: 'changed', key: { id: first['id'] } }] }],
    })
  })

  it('says nothing of what it has not looked at to the end', async () => {
    const { audit } = await auditedBench(AbortSignal.abort())
    const { code, out } = await audit()
    expect([code, out]).toEqual([130, ''])
  })

  it('exits with 3 when the database does not answer', async () => {
    const bench = await translatedBench()
    const openTableReader: OpenTableReader = async () =>
      await Promise.reject(new FalseworkError('DATABASE_UNREACHABLE', 'no answer'))
    const { code, err } = await run(bench, { openTableReader, parameters: [] })
    expect(err).toContain('DATABASE_UNREACHABLE')
    expect(code).toBe(3)
  })

  it('names the sources that there are for one that there is not', async () => {
    const { code, err } = await falsework(['audit', 'nothing'])
    expect(err).toContain('UNKNOWN_NAME')
    expect(code).toBe(1)
  })
})
