/** What a checkpoint has noticed, as `status` tells a person. */
import type { Noticed } from '../../core/delivery/checkpoint.ts'

/** Each with what to do. */
export function noticeLines(noticed: Noticed | undefined): string[] {
  if (noticed === undefined) return []
  const { unknownTables, suspectedHeads } = noticed
  const tables = [
    ...unknownTables.map(
      ({ table, offset }) =>
        `rows of ${table}, which the catalog does not know${formerName(noticed, table)}, are passed over (first at ` +
        `offset ${offset}): run \`falsework catalog pull\`, look whether a mapping must name it, and ` +
        '`falsework register`',
    ),
    ...columnLines(noticed),
    ...renameLines(noticed),
  ]
  if (suspectedHeads === null) return tables
  const { times, transaction, offset } = suspectedHeads
  return [
    ...tables,
    `${times === 1 ? 'a source transaction' : `${times} source transactions`} may have lost the first rows at a restart ` +
      `of the connector, the last one ${transaction} at offset ${offset}: see whether \`falsework audit SOURCE\` finds rows that differ`,
  ]
}

const formerName = ({ renamedTables = [] }: Noticed, name: string): string =>
  renamedTables.filter(({ table }) => table === name).map(({ from }) => ` and which was ${from}`)[0] ?? ''

const columnLines = ({ unknownColumns = [] }: Noticed): string[] =>
  [...Map.groupBy(unknownColumns, ({ table }) => table)].map(([table, found]) => {
    const names = found.map(({ column, offset }) => `${column} (first at offset ${offset})`).join(', ')
    const count = found.length === 1 ? 'a column' : `${found.length} columns`
    return (
      `rows of ${table} have ${count} that the catalog does not know, and nothing reads: ${names}: run ` +
      '`falsework catalog pull`, and `falsework register`'
    )
  })

/** Those that have a name which the catalog knows. */
function renameLines({ unknownTables, renamedTables = [] }: Noticed): string[] {
  const unknown = new Set(unknownTables.map(({ table }) => table))
  return renamedTables
    .filter(({ table, row }) => row !== null && !unknown.has(table))
    .map(
      ({ table, from, row }) =>
        `rows of ${table} are of another table since offset ${String(row)}, which was ${from}: see whether mappings ` +
        'mean it; `falsework resume SOURCE --reason TEXT` says that somebody has',
    )
}
