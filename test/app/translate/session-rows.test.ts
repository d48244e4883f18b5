import { describe, expect, it } from 'vitest'
import { MemoryRowStores } from '../../../src/adapters/memory/stores/memory-row-store.ts'
import { RowsReport } from '../../../src/app/translate/rows/rows-report.ts'
import { SessionRows } from '../../../src/app/translate/rows/session-rows.ts'
import { type Checkpoint, firstCheckpoint } from '../../../src/core/delivery/checkpoint.ts'
import { type Table, tableName } from '../../../src/core/catalog/catalog.ts'
import { decodeMark } from '../../../src/core/rows/stored/store-mark.ts'
import type { RowIndex } from '../../../src/core/rows/rows-at-hand.ts'
import { KeptForm } from '../../../src/core/capture/image/other-form.ts'
import { namedForms } from '../../../src/core/capture/row/named-forms.ts'
import { ValueError } from '../../../src/core/values/value-error.ts'
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

describe('an index by a column that is retyped', () => {
  const items = tableName('shop', 'items')
  const table: Table = {
    name: items,
    columns: [{ name: 'id', type: 'integer', nullable: false }],
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [],
    replicaIdentity: 'default',
  }
  const byAt: RowIndex = {
    id: 'by at',
    table: items,
    columns: ['at'],
    keyOf: (row) => {
      const value = row.get('at')
      if (value instanceof KeptForm) throw new ValueError('schemaDrift', 'of another form')
      return String(value)
    },
  }
  const indexes = new Map([[byAt.id, byAt]])
  const revision = (form: string) => {
    const promisedForms = new Map([[items, [{ column: 'at', form, type: 'any', use: 'value' as const }]]])
    return { read: { promisedForms } } as unknown as Parameters<SessionRows['expect']>[0]
  }

  it('finds no row by what its value would be in the new form, and says so until each row has changed', async () => {
    const store = await new MemoryRowStores().openRowStore('shop')
    const clock = { nowMs: () => 0, wallMs: () => 0, sleep: async () => await Promise.resolve() }
    const report = new RowsReport({ source: 'shop', metrics: uncounted })
    const catalog = { source: 'shop', kind: 'postgres', tables: new Map([[items, table]]) } as const
    const session = new SessionRows(store, { catalog: { capture: settings, catalog }, clock, report })
    let next = 1
    const put = (op: 'c' | 'u', atValue: number, form: string): void => {
      const key = imageOf({ id: 1 })
      const named = namedForms(JSON.stringify({ at: form }), { at: form })
      const after = imageOf({ id: 1, at: atValue })
      session.rows.begin()
      session.rows.complete(
        [{ table: items, op, before: null, after, key, rekey: null, committedAtUs: 0n, offset: next, forms: named }],
        new Set(),
      )
      session.rows.end()
      session.rows.seal(at((next += 1)))
      session.writer.visible()
    }
    const bring = async (): Promise<void> => {
      await session.bringIndexes(indexes, {
        checkpoint: at(next),
        ended: new AbortController().signal,
        reached: () => undefined,
      })
    }
    const found = (text: string): number => session.rows.find(byAt, text).length
    session.expect(revision('ms'))
    await session.beginAt(at(next), indexes)
    put('c', 7, 'ms')
    expect(found('7')).toBe(1)
    session.expect(revision('us'))
    await bring()
    expect(() => found('7')).toThrow('cannot be read where it is looked up')
    put('u', 7_000, 'us')
    expect([found('7'), found('7000')]).toEqual([0, 1])
    await session.writer.flush()
    expect(decodeMark(store.mark ?? '')?.indexes).toEqual([expect.stringContaining('us')])
    await session.close()
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
