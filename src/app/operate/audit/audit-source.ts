/** Compares the rows of a source with its database, and says in the registry log what was found. */
import { type AuditOutcome, differencesOf, type AuditedTable } from '../../../core/audit/audit-outcome.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { encodeControlRecord } from '../../../core/registry/control-record-json.ts'
import { foldRead, rawFormOf, type RegistryState } from '../../../core/registry/registry-state.ts'
import { expectAllRead } from '../../../core/registry/unread-record.ts'
import type { OpenTableReader, TableReader } from '../../../ports/database/table-reader.ts'
import { commonFields, type ControlLogParts, withControlLog } from '../control-log-parts.ts'
import { look, type LookParts, type Looked, type Looking } from './look.ts'

export interface AuditParts extends LookParts, ControlLogParts {
  readonly openTableReader: OpenTableReader
}

/**
 * What differs is looked at a second time, at another moment, and reported if it differs then as well. Raises
 * `UNKNOWN_NAME` where no rows are kept, `ROWS_NOT_WHOLE`, `WATERMARK_NOT_SEEN`, and what the ports raise; then nothing
 * is said in the registry log.
 */
export async function auditSource(
  { source, timeoutMs }: Pick<Looking, 'source' | 'timeoutMs'>,
  parts: AuditParts,
): Promise<AuditOutcome> {
  return await withControlLog(parts, async (log) => {
    const state = foldRead(await log.read(0))
    expectAllRead(state)
    const looking = { ...keptRows(state, source), timeoutMs, only: null }
    const reader = await parts.openTableReader(source)
    const outcome = await lookTwice(looking, reader, parts).finally(async () => await reader.close())
    await log.append(encodeControlRecord({ kind: 'audited', ...commonFields(parts, state.end), ...said(outcome) }))
    return outcome
  })
}

function keptRows(state: RegistryState, source: string): Pick<Looking, 'source' | 'stored' | 'form'> {
  const stored = state.tables.get(source)?.stored
  if (stored !== undefined) return { source, stored, form: rawFormOf(state, source) }
  throw new FalseworkError('UNKNOWN_NAME', `no registration says which tables of ${source} are kept`)
}

async function lookTwice(looking: Looking, reader: TableReader, parts: LookParts): Promise<AuditOutcome> {
  const { source } = looking
  const first = await look(looking, reader, parts)
  const { position, notCompared, found } = first
  if (found.kept.length === 0) {
    const tables = first.tables.map((table) => ({ ...table, unconfirmed: 0 }))
    return { source, position, tables, differences: [], notCompared }
  }
  const second = await look({ ...looking, only: found.selection }, reader, parts)
  const tables = first.tables.map((table) => confirmed(table, first, second))
  return { source, position: second.position, tables, differences: second.found.kept, notCompared }
}

function confirmed(table: Looked['tables'][number], { found }: Looked, again: Looked): AuditedTable {
  const kept = found.selection.get(table.table)?.size ?? 0
  return {
    ...table,
    differences: again.found.countOf(table.table),
    unconfirmed: found.countOf(table.table) - kept,
  }
}

const said = ({ source, position, tables, notCompared }: AuditOutcome) => ({
  source,
  position,
  tables: tables.map((table) => ({ table: table.table, rows: table.rows, differences: differencesOf([table]) })),
  notCompared: notCompared.map(({ what }) => what),
})
