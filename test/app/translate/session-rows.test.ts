import { describe, expect, it } from 'vitest'
import { MemoryRowStores } from '../../../src/adapters/memory/stores/memory-row-store.ts'
import { RowsReport } from '../../../src/app/translate/rows/rows-report.ts'
import { SessionRows } from '../../../src/app/translate/rows/session-rows.ts'
import { type Checkpoint, firstCheckpoint } from '../../../src/core/delivery/checkpoint.ts'
import { type Table, tableName } from '../../../src/core/catalog/catalog.ts'
import { decodeMark } from '../../../src/core/rows/stored/store-mark.ts'
import type { ReadAgain } from '../../../src/core/translation/read-again.ts'
import type { RawLog } from '../../../src/ports/kafka/raw-log.ts'
import { mariadbSettings } from '../../core/capture/raw-log-of.ts'
import { settings } from '../../core/expression/scopes.ts'
import { imageOf } from '../../core/images.ts'
import { uncounted } from './running-daemon.ts'

const at = (next: number): Checkpoint =>
  firstCheckpoint({ source: 'bench', incarnation: 1, next, registryOffset: 0, timeZoneDatabase: 'test' })

describe('rows of a transaction that is read again', () => {
  it('are kept before the store says that it accounts for them, however long that takes', async () => {
    const store = await new MemoryRowStores().openRowStore('bench')
    let nowMs = 0
    // Every look at the clock finds a store that was not written for long.
    const clock = { nowMs: () => (nowMs += 60_000), wallMs: () => 0, sleep: async () => await Promise.resolve() }
    const report = new RowsReport({ source: 'bench', metrics: uncounted })
    const catalog = { capture: settings, catalog: { source: 'bench', kind: 'postgres', tables: new Map() } } as const
    const rows = new SessionRows(store, { catalog, clock, report })
    await rows.beginAt(at(1), new Map())
    const stood = (): number | undefined => decodeMark(store.mark ?? '')?.checkpoint.next
    const seen: (number | undefined)[] = []
    const log: Pick<RawLog, 'read' | 'close'> = {
      read: async () => {
        await new Promise((resolve) => setImmediate(resolve))
        seen.push(stood())
        return { count: 0, next: 2 } as Awaited<ReturnType<RawLog['read']>>
      },
      close: async () => await Promise.resolve(),
    }
    const reading = { transaction: { from: 1, to: 2 }, changeAt: () => null, endPass: () => undefined }
    const kept = await rows.aroundLarge(
      reading as unknown as ReadAgain,
      async () => await Promise.resolve(log as RawLog),
      {
        ended: new AbortController().signal,
        publish: async () => {
          rows.rows.seal(at(2))
          rows.writer.visible()
          return await Promise.resolve(true)
        },
      },
    )
    await rows.writer.flush()
    expect({ kept, seen, then: stood() }).toEqual({ kept: true, seen: [1], then: 2 })
  })
})

describe('rows that foreign keys change', () => {
  const [orders, parts] = [tableName('shop', 'orders'), tableName('shop', 'parts')]
  const child = (foreignKeys: Table['foreignKeys']): Table => ({
    name: parts,
    columns: [
      { name: 'id', type: 'int(11)', nullable: false },
      { name: 'order', type: 'int(11)', nullable: true },
    ],
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys,
    replicaIdentity: null,
  })
  const cascade = {
    columns: ['order'],
    references: orders,
    referencedColumns: ['id'],
    onDelete: 'cascade',
    onUpdate: 'cascade',
  } as const
  const change = { rekey: null, committedAtUs: 0n, offset: 0 }
  const [part, order] = [imageOf({ id: 1, order: 7 }), imageOf({ id: 7 })]

  it('are found from the first change on in a store that was made before the catalog knew the key', async () => {
    const stores = new MemoryRowStores()
    const clock = { nowMs: () => 0, wallMs: () => 0, sleep: async () => await Promise.resolve() }
    const report = new RowsReport({ source: 'shop', metrics: uncounted })
    const open = async (table: Table): Promise<SessionRows> => {
      const catalog = { source: 'shop', kind: 'mariadb', tables: new Map([[parts, table]]) } as const
      const store = await stores.openRowStore('shop')
      return new SessionRows(store, { catalog: { capture: mariadbSettings, catalog }, clock, report })
    }
    const before = await open(child([]))
    await before.beginAt(at(1), new Map())
    before.rows.begin()
    before.rows.complete(
      [{ ...change, table: parts, op: 'c', before: null, after: part, key: imageOf({ id: 1 }) }],
      new Set(),
    )
    before.rows.end()
    before.rows.seal(at(2))
    before.writer.visible()
    await before.close()
    const session = await open(child([cascade]))
    await session.resume(new Map())
    session.rows.begin()
    const gone = { ...change, table: orders, op: 'd', before: order, after: null, key: order } as const
    expect(session.rows.complete([gone], new Set()).map(({ table, op }) => `${op} ${table}`)).toEqual([
      'd shop.orders',
      'd shop.parts',
    ])
  })
})
