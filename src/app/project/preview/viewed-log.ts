/** A raw log as a preview looks at it: from where rows are known, and the transactions that are shown. */
import { dialects } from '../../../core/capture/positions/dialects.ts'
import type { RawOffset } from '../../../core/capture/row-change.ts'
import type { TableName } from '../../../core/catalog/catalog.ts'
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import type { CompiledMapping } from '../../../core/mapping/compiled-mapping.ts'
import type { MappingSurroundings } from '../../../core/mapping/check/check-context.ts'
import type { RowsAtHand } from '../../../core/rows/rows-at-hand.ts'
import type { SourceTransaction } from '../../../core/transaction/source-transaction.ts'
import type { OpenRawLog } from '../../../ports/kafka/raw-log.ts'
import type { FetchedSchemas } from '../../capture/fetched-schemas.ts'
import type { Registration } from '../plan/intended-revision.ts'
import { readTransactions } from './log-transactions.ts'
import { rowsOfLog } from './mapping-on-log.ts'

/** Of the log before what is shown: the rows that they tell of are held in memory, and nobody waits for more. */
const usualRecordsMax = 500_000

export interface PreviewParts {
  readonly names: TopicNames
  readonly openRawLog: OpenRawLog
  readonly schemas: FetchedSchemas
  readonly ended: AbortSignal
}

export interface PreviewAsked {
  readonly mapping: string
  /** So many transactions: the last ones. */
  readonly limit: number
  /** The raw offset from which transactions are shown; null: wherever the last ones are. */
  readonly since: RawOffset | null
}

export interface Viewed<Item> {
  readonly items: readonly Item[]
  /** Transactions that were looked at, shown or not. */
  readonly seen: number
  /** Where rows begin to be known; what the log told before is unavailable. */
  readonly from: RawOffset
  readonly rowsKnown: 'all' | 'since'
  /** Transactions that are too large to be held, and are not shown. */
  readonly large: number
}

export interface LogView<Item> {
  readonly registration: Pick<Registration, 'project' | 'checked'>
  readonly surroundings: MappingSurroundings
  /** Of one source. Transactions that change rows of their tables are looked at, and their look-ups find rows. */
  readonly mappings: readonly [CompiledMapping, ...CompiledMapping[]]
  /** How many records before what is shown are read for the rows that they tell of. */
  readonly recordsMax?: number
  /** Tables of which the rows are looked at, too, that snapshots have left: transactions that these prove. */
  readonly snapshotRows?: ReadonlySet<TableName>
  /** Within the transaction, while the rows are as it leaves them; null: it is not shown. */
  readonly show: (transaction: SourceTransaction, rows: RowsAtHand) => Item | null
}

/** Raises what halts a source, and what the log raises. */
export async function viewLog<Item>(
  { registration, surroundings, mappings, recordsMax = usualRecordsMax, snapshotRows, show }: LogView<Item>,
  { limit, since }: Omit<PreviewAsked, 'mapping'>,
  { names, openRawLog, schemas, ended }: PreviewParts,
): Promise<Viewed<Item>> {
  const [{ source }] = mappings
  const rows = rowsOfLog(source, registration)
  rows.findBy(new Map(mappings.flatMap(({ indexes }) => indexes.map((index) => [index.id, index]))).values())
  const { format } = surroundings.settings
  const log = schemas.ahead(await openRawLog(names.rawLog(source)), () => format === 'avro')
  try {
    const { first, end } = await log.range()
    const from = Math.max(first, Math.min(since ?? end, end) - recordsMax)
    const dialect = dialects[surroundings.catalog.kind]
    const read = { tables: surroundings.catalog.tables, format, dialect, writerSchemas: schemas.known }
    const items: Item[] = []
    let seen = 0
    const reading = { from, end, read, rows, ended, ...(snapshotRows !== undefined && { snapshotRows }) }
    const { large } = await readTransactions(log, reading, (transaction) => {
      if (transaction.from < (since ?? 0)) return
      if (!transaction.changes.some(({ table }) => mappings.some(({ tables }) => tables.has(table)))) return
      seen += 1
      const item = show(transaction, rows)
      if (item === null) return
      items.push(item)
      // The last ones, or the first ones behind an offset that was asked for.
      if (items.length > limit) items.splice(since === null ? 0 : limit, 1)
    })
    return { items, seen, from, rowsKnown: from === 0 ? 'all' : 'since', large }
  } finally {
    await log.close()
  }
}
