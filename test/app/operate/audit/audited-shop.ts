/** A database, its raw log and the rows that are kept of it, each of which a test can set by itself. */
import { LiveEntries } from '../../../../src/app/translate/rows/live-entries.ts'
import { memoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import { MemoryRowStores } from '../../../../src/adapters/memory/stores/memory-row-store.ts'
import { type MemoryRow, memoryTableReader } from '../../../../src/adapters/memory/database/memory-table-reader.ts'
import { MemorySchemaRegistry } from '../../../../src/adapters/schema-registry/memory-schema-registry.ts'
import { systemClock } from '../../../../src/adapters/system/system-clock.ts'
import { FetchedSchemas } from '../../../../src/app/capture/fetched-schemas.ts'
import type { AuditParts } from '../../../../src/app/operate/audit/audit-source.ts'
import { controlTopics } from '../../../../src/core/delivery/own-topics.ts'
import type { VisibleTransactions } from '../../../../src/core/audit/visible-transactions.ts'
import { postgresPosition } from '../../../../src/core/capture/positions/postgres.ts'
import { type Column, type Table, tableName } from '../../../../src/core/catalog/catalog.ts'
import { firstCheckpoint } from '../../../../src/core/delivery/checkpoint.ts'
import { topicNames } from '../../../../src/core/delivery/topic-names.ts'
import { controlFormat } from '../../../../src/core/registry/control-record.ts'
import { encodeControlRecord } from '../../../../src/core/registry/control-record-json.ts'
import { readRegistry } from '../../../../src/app/observe/registered.ts'
import type { RegistryState } from '../../../../src/core/registry/registry-state.ts'
import { keysOf, storedCatalog, storedTables } from '../../../../src/core/rows/stored/stored-catalog.ts'
import { imageOf } from '../../../../src/core/capture/image/value-image.ts'
import type { Watermark } from '../../../../src/ports/database/table-reader.ts'
import { recordedSettings } from '../../../core/capture/raw-log-of.ts'

export const items = tableName('shop', 'items')
const names = topicNames('')
const rawLog = names.rawLog('shop')

/** As the connector sends it: `id` and `stock` as numbers, all else as text. */
export type Item = Readonly<Record<string, unknown>> & { readonly id: number }

const columns: readonly Column[] = [
  { name: 'id', type: 'integer', nullable: false },
  { name: 'state', type: 'text', nullable: true },
  { name: 'stock', type: 'integer', nullable: true },
  { name: 'doc', type: 'text', nullable: true, toastable: true },
]

const tableWith = (more: readonly Column[]): Table => ({
  name: items,
  columns: [...columns, ...more],
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity: 'default',
})

export class AuditedShop {
  readonly kafka = memoryKafka({ names, clock: systemClock })
  readonly rowStores = new MemoryRowStores()
  /** What the database holds, by key. */
  readonly database = new Map<number, Item>()
  /** Of a snapshot that is taken now. */
  visible: VisibleTransactions = { xmin: 1_000n, xmax: 1_000n, inProgress: new Set() }
  /** Called behind each snapshot, before its watermark. */
  behindSnapshot: () => void = () => undefined
  /** What becomes of a watermark. */
  watermarks: 'captured' | 'passedOver' = 'captured'
  private readonly table: Table
  private lsn = 1_000n
  private watermark = 5_000n

  private constructor(more: readonly Column[]) {
    this.table = tableWith(more)
  }

  static async of(more: readonly Column[] = []): Promise<AuditedShop> {
    const shop = new AuditedShop(more)
    const config = { 'cleanup.policy': 'delete' }
    await shop.kafka.topicAdmin.ensure([...controlTopics(names), { topic: rawLog, partitions: 1, config }])
    const log = await shop.kafka.openControlLog()
    const common = { format: controlFormat, uuid: 'tables', basedOn: 0, atMs: 0, actor: 'ana' } as const
    const told = { source: 'shop', tables: [items], onUnknownTable: 'report', stored: shop.stored } as const
    await log.append(encodeControlRecord({ kind: 'tables', ...common, ...told }))
    await log.close()
    return shop
  }

  private get stored() {
    const catalog = { source: 'shop', kind: 'postgres', tables: new Map([[items, this.table]]) } as const
    return storedCatalog({ capture: recordedSettings, catalog }, new Set())
  }

  /** What the row store holds, as of the end of the raw log. */
  async keep(rows: readonly Item[], phase: 'none' | 'done' = 'done'): Promise<void> {
    const table = storedTables(this.stored).get(items)
    if (table === undefined) throw new Error('the table is not kept')
    const store = await this.rowStores.openRowStore('shop')
    const next = this.kafka.cluster.topic(rawLog).partitions[0]?.end ?? 0
    const begun = { source: 'shop', incarnation: 1, next, registryOffset: 1, timeZoneDatabase: '' }
    const checkpoint = { ...firstCheckpoint(begun), snapshot: { run: 1, phase } }
    const entries = rows.map((row) => {
      const after = imageOf(row)
      const key = table.keyOf({ key: null, before: null, after })
      if (key === null) throw new Error('a row without its key')
      return [key, table.codec.encode(after)] as const
    })
    const told = { checkpoint, keys: keysOf(this.stored), indexes: [] }
    await new LiveEntries(store).write({ emptied: [], values: entries }, told)
    await store.close()
  }

  /** Rows that are kept and in the database alike. */
  async holds(rows: readonly Item[]): Promise<void> {
    for (const row of rows) this.database.set(row.id, row)
    await this.keep(rows)
  }

  /** A transaction comes to the raw log: what rows become, in order. */
  log(transaction: number, rows: readonly Item[]): void {
    const changes = rows.map((after) => ({ key: { id: after.id }, body: { before: null, after, op: 'u' } }))
    this.append(transaction, changes)
  }

  /** The same, and the database has it. */
  commit(transaction: number, rows: readonly Item[]): void {
    for (const row of rows) this.database.set(row.id, row)
    this.log(transaction, rows)
  }

  private append(
    transaction: number,
    changes: readonly { readonly key: unknown; readonly body: Readonly<Record<string, unknown>> }[],
  ): void {
    const id = (): string => `${transaction}:${(this.lsn += 8n)}`
    const put = (key: unknown, value: unknown): void =>
      void this.kafka.cluster.append(rawLog, {
        key: Buffer.from(JSON.stringify(key)),
        value: Buffer.from(JSON.stringify(value)),
      })
    const begin = id()
    put({ id: begin }, { status: 'BEGIN', id: begin, event_count: null, data_collections: null, ts_ms: 1 })
    for (const [at, { key, body }] of changes.entries()) {
      const source = { ts_ms: 1, ts_us: 1_000, snapshot: null, schema: 'shop', table: 'items', lsn: Number(this.lsn) }
      const place = { id: id(), total_order: at + 1, data_collection_order: at + 1 }
      put(key, { ...body, source, transaction: place, ts_ms: 1 })
    }
    const collections = changes.length === 0 ? [] : [{ data_collection: 'shop.items', event_count: changes.length }]
    const end = id()
    put({ id: end }, { status: 'END', id: end, event_count: changes.length, data_collections: collections, ts_ms: 1 })
  }

  private emitWatermark(): Watermark {
    this.behindSnapshot()
    this.watermark += 1n
    const message = { key: { prefix: 'falsework' }, body: { op: 'm', message: { prefix: 'falsework', content: '' } } }
    if (this.watermarks === 'captured') this.append(Number(this.watermark), [message])
    const position = postgresPosition(this.lsn)
    if (position === null) throw new Error('no position')
    return { transaction: this.watermark, position }
  }

  get openTableReader(): AuditParts['openTableReader'] {
    return memoryTableReader({
      tables: new Map([[items, this.table]]),
      visible: () => this.visible,
      rows: () => [...this.database.values()].map(textsOf),
      emitWatermark: () => this.emitWatermark(),
    })
  }

  parts(told: AuditParts['told'] = () => undefined): AuditParts {
    let uuids = 0
    return {
      names,
      borrowRowStore: this.rowStores.borrowRowStore,
      openRawLog: this.kafka.openRawLog,
      openControlLog: this.kafka.openControlLog,
      openTableReader: this.openTableReader,
      schemas: new FetchedSchemas(new MemorySchemaRegistry()),
      clock: systemClock,
      uuid: () => `audit ${(uuids += 1)}`,
      actor: 'ben',
      wallMs: () => 7,
      ended: new AbortController().signal,
      told,
    }
  }

  async registry(): Promise<RegistryState> {
    return await readRegistry(this.kafka.openControlLog)
  }
}

const textsOf = (row: Item): MemoryRow =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' || typeof value === 'number' ? `${value}` : null,
    ]),
  )
