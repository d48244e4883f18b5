/** One look at the rows of a source and at its database, as of one moment of both. */
import type { AuditedTable, NotCompared } from '../../../core/audit/audit-outcome.ts'
import { TableComparison } from '../../../core/audit/table-comparison.ts'
import type { RawForm } from '../../../core/capture/raw-format.ts'
import type { RawOffset } from '../../../core/capture/row-change.ts'
import type { TableName } from '../../../core/catalog/catalog.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import { keysOf, type StoredCatalog, storedTables } from '../../../core/rows/stored/stored-catalog.ts'
import { decodeMark, type StoreMark } from '../../../core/rows/stored/store-mark.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { OpenRawLog } from '../../../ports/kafka/raw-log.ts'
import type { BorrowRowStore, RowStore } from '../../../ports/row-store.ts'
import type { TableReader, TableSnapshot } from '../../../ports/database/table-reader.ts'
import type { FetchedSchemas } from '../../capture/fetched-schemas.ts'
import { LiveEntries } from '../../translate/rows/live-entries.ts'
import { SessionRows } from '../../translate/rows/session-rows.ts'
import { noStore } from '../row-store.ts'
import { bringCopy } from './bring-copy.ts'
import { compareTable } from './compare-table.ts'
import { FoundDifferences, type RowSelection } from './found-differences.ts'

export interface LookParts {
  readonly names: TopicNames
  readonly borrowRowStore: BorrowRowStore
  readonly openRawLog: OpenRawLog
  readonly schemas: FetchedSchemas
  readonly clock: Clock
  readonly uuid: () => string
  readonly ended: AbortSignal
  /** Told now and then how far it is. */
  readonly told: (phase: LookPhase, percent: number) => void
}

export type LookPhase = 'copying' | 'reading' | 'comparing'

export interface Looking {
  readonly source: string
  readonly stored: StoredCatalog
  readonly form: RawForm
  /** The only rows that are looked at; null: all of all tables. */
  readonly only: RowSelection | null
  readonly timeoutMs: number
}

export interface Looked {
  readonly position: RawOffset
  readonly tables: readonly Omit<AuditedTable, 'unconfirmed'>[]
  readonly found: FoundDifferences
  readonly notCompared: readonly NotCompared[]
}

/**
 * The copy comes first, the snapshot behind it, the watermark last: so the snapshot sees everything that the copy holds,
 * and everything that it sees stands in the raw log before the watermark. Raises `UNKNOWN_NAME` where there is no store,
 * `ROWS_NOT_WHOLE`, `WATERMARK_NOT_SEEN`, and what the ports raise.
 */
export async function look(looking: Looking, reader: TableReader, parts: LookParts): Promise<Looked> {
  const { source } = looking
  const copy = await parts.borrowRowStore(source, (bytes, of) => parts.told('copying', percentOf(bytes, of)))
  if (copy === null) throw noStore(source)
  try {
    const mark = wholeMark(source, copy.mark)
    const asked = askedTables(looking, mark)
    const snapshot = await reader.snapshot(asked.tables)
    try {
      const position = await bring(looking, { copy, mark, snapshot, reader }, parts)
      const compared = await compareAll(looking, { copy, snapshot, tables: asked.tables }, parts)
      return { position, ...compared, notCompared: [...asked.notCompared, ...compared.notCompared] }
    } finally {
      await snapshot.close()
    }
  } finally {
    await copy.close()
  }
}

function wholeMark(source: string, said: string | null): StoreMark {
  const mark = said === null ? null : decodeMark(said)
  if (mark?.checkpoint.snapshot.phase === 'done') return mark
  const why = mark === null ? 'is new' : `has snapshots in the phase '${mark.checkpoint.snapshot.phase}'`
  throw new FalseworkError('ROWS_NOT_WHOLE', `the row store of ${source} ${why}`)
}

/** A table that is new, or kept by another key, is in the store when the daemon has built it anew. */
function askedTables(
  { stored, only }: Looking,
  mark: StoreMark,
): { readonly tables: readonly TableName[]; readonly notCompared: readonly NotCompared[] } {
  const wanted = [...keysOf(stored)].filter(([table]) => only === null || only.has(table))
  const isKept = ([table, key]: readonly [TableName, string]): boolean => mark.keys.get(table) === key
  const reason = 'is not in the row store yet under its key'
  return {
    tables: wanted.filter(isKept).map(([table]) => table),
    notCompared: wanted.filter((each) => !isKept(each)).map(([what]) => ({ what, reason })),
  }
}

interface Held {
  readonly copy: RowStore
  readonly snapshot: TableSnapshot
}

async function bring(
  { source, stored, form, timeoutMs }: Looking,
  { copy, mark, snapshot, reader }: Held & { readonly mark: StoreMark; readonly reader: TableReader },
  parts: LookParts,
): Promise<RawOffset> {
  const { clock, schemas, ended } = parts
  parts.told('reading', 0)
  const watermark = await reader.emitWatermark(`audit ${parts.uuid()}`)
  const report = { stoodAt: () => undefined, wrote: () => undefined }
  return await bringCopy({
    from: mark.checkpoint,
    rows: new SessionRows(copy, { catalog: stored, clock, report }),
    read: { ...form, tables: stored.catalog.tables, writerSchemas: schemas.known },
    visible: snapshot.visible,
    watermark,
    timeoutMs,
    openLog: async () =>
      schemas.ahead(await parts.openRawLog(parts.names.rawLog(source)), () => form.format === 'avro'),
    clock,
    ended,
    reached: (next, end) => parts.told('reading', percentOf(next - mark.checkpoint.next, end - mark.checkpoint.next)),
  })
}

async function compareAll(
  { stored, only }: Looking,
  { copy, snapshot, tables }: Held & { readonly tables: readonly TableName[] },
  { told, ended }: LookParts,
): Promise<Omit<Looked, 'position'>> {
  const kept = storedTables(stored)
  const entries = new LiveEntries(copy)
  const found = new FoundDifferences()
  const notCompared: NotCompared[] = []
  const compared: Omit<AuditedTable, 'unconfirmed'>[] = []
  const expected = copy.size().entries
  let done = 0
  const tell = (rows: number): void => {
    done += rows
    told('comparing', percentOf(done, expected))
  }
  for (const table of tables) {
    const own = kept.get(table)
    const there = snapshot.tables.get(table)
    if (own === undefined) throw new FalseworkError('INTERNAL', `${table} is not kept`)
    const comparison = there === undefined ? 'is not in the database' : TableComparison.of(there, own, stored.capture)
    if (typeof comparison === 'string') {
      notCompared.push({ what: table, reason: comparison })
      continue
    }
    notCompared.push(...comparison.passed.map(({ column, reason }) => ({ what: `${table}.${column}`, reason })))
    const selected = only === null ? null : (only.get(table) ?? new Set<never>())
    const at = { table, range: own.range, comparison, snapshot, entries, only: selected, found, compared: tell, ended }
    const { rows, unknown } = await compareTable(at)
    compared.push({ table, rows, differences: found.countOf(table), unknown })
  }
  return { tables: compared, found, notCompared }
}

const percentOf = (done: number, of: number): number => Math.min(100, Math.floor((done / Math.max(1, of)) * 100))
