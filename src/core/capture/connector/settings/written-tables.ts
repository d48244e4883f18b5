/** Tables that a connector writes for itself: its heartbeats, and its signals. */
import { parseTableName, type TableName } from '../../../catalog/table-name.ts'
import type { TableRight } from '../account-facts.ts'
import type { ConnectorSettings } from '../capture-findings.ts'
import { isReference, settingOf, wordOf } from './setting-value.ts'
import { signalsOf } from '../snapshot-signal.ts'

export interface WrittenTable {
  readonly table: TableName
  readonly setting: 'heartbeat.action.query' | 'signal.data.collection'
  readonly writes: readonly TableRight[]
}

/** A table that is named without its schema is none: which one is meant is decided by the session. */
export const writtenTablesOf = (settings: ConnectorSettings): readonly WrittenTable[] =>
  [heartbeatsOf(settings), signalTableOf(settings)].filter((table) => table !== null)

const identifier = '(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|[\\w$]+)'
const statement = new RegExp(
  `\\b(?:insert\\s+(?:ignore\\s+)?(?:into\\s+)?|replace\\s+(?:into\\s+)?|merge\\s+into\\s+|update\\s+|delete\\s+from\\s+)(?:only\\s+)?(${identifier}\\s*\\.\\s*${identifier})`,
  'i',
)

function heartbeatsOf(settings: ConnectorSettings): WrittenTable | null {
  const query = settingOf(settings, 'heartbeat.action.query')
  if (query === null || isReference(query)) return null
  const [, name = ''] = statement.exec(query) ?? []
  const table = parseTableName(name.replaceAll('`', '"').replace(/\s*\.\s*/, '.'))
  if (table === null) return null
  const verbs = [
    ['insert', /\b(insert|replace)\b/i],
    ['update', /\bupdate\b/i],
    ['delete', /\b(delete|replace)\b/i],
  ] as const
  return {
    table,
    setting: 'heartbeat.action.query',
    writes: verbs.filter(([, verb]) => verb.test(query)).map(([right]) => right),
  }
}

/** The connector marks in it where each chunk of an incremental snapshot begins and ends. */
function signalTableOf(settings: ConnectorSettings): WrittenTable | null {
  const table = signalsOf(settings)
  if (table === null) return null
  const deletes = wordOf(settings['incremental.snapshot.watermarking.strategy'] ?? '') === 'insert_delete'
  return { table, setting: 'signal.data.collection', writes: deletes ? ['insert', 'delete'] : ['insert'] }
}
