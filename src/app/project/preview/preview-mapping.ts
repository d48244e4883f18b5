/** The last changes of a raw log through a mapping as its file says it; nothing is published, and nothing is written. */
import type { RawOffset } from '../../../core/capture/row-change.ts'
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import { translate } from '../../../core/mapping/run/translate.ts'
import type { OpenRawLog } from '../../../ports/raw-log.ts'
import type { FetchedSchemas } from '../../capture/fetched-schemas.ts'
import type { Project } from '../project-texts.ts'
import { validateProject } from '../validate-project.ts'
import { readTransactions } from './log-transactions.ts'
import { planChanges, rowsOfLog, soundMapping } from './mapping-on-log.ts'
import { type PreviewedTransaction, shownTransaction } from './shown-transaction.ts'

/** Of the log before what is shown: the rows that they tell of are held in memory, and nobody waits for more. */
const recordsMax = 500_000

export interface PreviewParts {
  readonly names: TopicNames
  readonly openRawLog: OpenRawLog
  readonly schemas: FetchedSchemas
  readonly ended: AbortSignal
}

export interface PreviewAsked {
  readonly mapping: string
  /** Of transactions that change rows of the mapping's tables: the last ones. */
  readonly limit: number
  /** The raw offset from which transactions are shown; null: wherever the last ones are. */
  readonly since: RawOffset | null
}

export interface Preview {
  readonly mapping: string
  readonly transactions: readonly PreviewedTransaction[]
  /** Where rows begin to be known; what the log told before is unavailable. */
  readonly from: RawOffset
  readonly rowsKnown: 'all' | 'since'
  /** Transactions that are too large to be held, and are not shown. */
  readonly large: number
}

/** Raises `UNKNOWN_NAME`, `INVALID_PROJECT` where the mapping has a mistake, what halts a source, and what the log raises. */
export async function previewMapping(project: Project, asked: PreviewAsked, parts: PreviewParts): Promise<Preview> {
  const checked = validateProject(project, parts.names)
  const { mapping, surroundings } = soundMapping(checked, asked.mapping)
  const { source } = mapping
  const plan = planChanges(mapping)
  const rows = rowsOfLog(source, { project, checked })
  rows.findBy(plan.indexes.values())
  const { format } = surroundings.settings
  const log = parts.schemas.ahead(await parts.openRawLog(parts.names.rawLog(source)), () => format === 'avro')
  try {
    const { first, end } = await log.range()
    const from = Math.max(first, Math.min(asked.since ?? end, end) - recordsMax)
    const read = { tables: surroundings.catalog.tables, format, writerSchemas: parts.schemas.known }
    const shown: PreviewedTransaction[] = []
    const { large } = await readTransactions(log, { from, end, read, rows, ended: parts.ended }, (transaction) => {
      if (transaction.from < (asked.since ?? 0)) return
      if (!transaction.changes.some(({ table }) => mapping.tables.has(table))) return
      shown.push(shownTransaction(transaction, translate(transaction, plan, rows), mapping))
      // The last ones, or the first ones behind an offset that was asked for.
      if (shown.length > asked.limit) shown.splice(asked.since === null ? 0 : asked.limit, 1)
    })
    const rowsKnown = from === 0 ? 'all' : 'since'
    return { mapping: mapping.name, transactions: shown, from, rowsKnown, large }
  } finally {
    await log.close()
  }
}
