/** What `falsework audit` prints of what was found, and what it says to do. */
import {
  type AuditedTable,
  type AuditOutcome,
  differencesOf,
  type RowDifference,
} from '../../core/audit/audit-outcome.ts'
import type { Column, Reading } from '../output.ts'

const tableColumns: readonly Column<AuditedTable>[] = [
  { title: 'TABLE', text: ({ table }) => table },
  { title: 'ROWS', align: 'right', text: ({ rows }) => String(rows) },
  { title: 'DIFFERENCES', align: 'right', text: (table) => String(differencesOf([table])) },
  { title: 'UNKNOWN', text: ({ unknown }) => unknownText(unknown) },
]

export const differenceColumns: readonly Column<RowDifference>[] = [
  { title: 'TABLE', text: ({ table }) => table },
  { title: 'ROW', text: ({ key }) => keyText(key) },
  { title: '', text: ({ kind }) => kinds[kind] },
  { title: 'COLUMNS', text: ({ columns }) => columns.join(', ') },
]

const kinds: Readonly<Record<RowDifference['kind'], string>> = {
  changed: 'differs',
  missing: 'not in the row store',
  extra: 'not in the database',
}

const keyText = (key: RowDifference['key']): string =>
  Object.entries(key)
    .map(([column, text]) => `${column}=${text}`)
    .join(' ')

const unknownText = (unknown: AuditedTable['unknown']): string => {
  const columns = Object.entries(unknown).map(([column, rows]) => `${column} in ${rows}`)
  return columns.length === 0 ? '-' : columns.join(', ')
}

/** The tables; in JSON the differences stand beside them. */
export function auditReading(outcome: AuditOutcome): Reading<AuditedTable> {
  const { source, tables, notCompared } = outcome
  const unconfirmed = tables.filter((table) => table.unconfirmed > 0)
  return {
    kind: 'AuditedTables',
    items: tables,
    columns: tableColumns,
    empty: 'no table was compared',
    warnings: [
      ...notCompared.map(({ what, reason }) => `${what} is not compared: it ${reason}`),
      ...unconfirmed.map((table) => `${table.table}: ${table.unconfirmed} differences were not looked at again`),
    ],
    nextSteps:
      differencesOf(tables) === 0
        ? []
        : [
            `see docs/audit.md: rows that differ were changed in the database and not in the raw log of ${source}, or the other way round`,
          ],
  }
}
