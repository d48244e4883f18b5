/** Types of columns with which the connector's task dies, whether a mapping reads them or not. */
import type { ColumnFacts } from './capture-findings.ts'
import { type Condition, of, ok, type Violation, violatedBy } from './condition.ts'
import { isLeftOut } from './settings/selecting-settings.ts'

const exclude = (column: string): string => `column.exclude.list=${column} if no mapping reads it`

export const columnTypeConditions: readonly Condition[] = [
  columnCondition({
    code: 'column-domain-of-enum',
    what: 'no captured column is a domain over an enum',
    why: "the connector's task dies at the first row, and restarting does not help",
    remedy: (column) => `ALTER TABLE … ALTER COLUMN to the enum itself or text, or ${exclude(column)}`,
    weight: 'loses',
    isViolated: ({ domain, enumLabels }) => domain === 'domain' && enumLabels !== null,
  }),
  columnCondition({
    code: 'column-enum-without-labels',
    what: 'no captured column is an enum without labels',
    why: "the connector's task dies when it reads the table",
    remedy: (column) => `ALTER TYPE … ADD VALUE, or ${exclude(column)}`,
    weight: 'loses',
    isViolated: ({ domain, enumLabels }) => domain === 'none' && enumLabels === 0,
  }),
  columnCondition({
    code: 'column-bit-array',
    what: 'no captured column is bit(n)[]',
    why: 'the connector cannot convert such arrays: its task dies, or it writes null for them',
    remedy: (column) => `ALTER TABLE … ALTER COLUMN … TYPE text[], or ${exclude(column)}`,
    weight: 'loses',
    isViolated: ({ type }) => /^bit(\(\d+\))?\[\]$/.test(type),
  }),
  columnCondition({
    code: 'column-offset-seconds',
    what: 'no captured column can hold a time of day whose offset has seconds',
    why: "the connector's task dies at a timetz value such as 12:00:00+01:00:30",
    remedy: (column) => {
      const name = column.slice(column.lastIndexOf('.') + 1)
      return `ALTER TABLE … ADD CHECK (extract(timezone from ${name})::int % 60 = 0), or ${exclude(column)}`
    },
    weight: 'risks',
    isViolated: ({ type, offsetCheck }) =>
      /^time(\(\d+\))? with time zone(\[\])?$/.test(type) && offsetCheck === 'missing',
  }),
]

/** `remedy` says what to do about one column, given as `schema.table.column`. */
function columnCondition({
  isViolated,
  remedy,
  ...declared
}: Omit<Condition, 'judge' | 'remedy'> & {
  readonly remedy: (column: string) => string
  readonly isViolated: (column: ColumnFacts) => boolean
}): Condition {
  const violation = ({ table, name, type }: ColumnFacts & { readonly table: string }): Violation => {
    const column = `${table}.${name}`
    return { found: `${column} is ${type}`, remedy: remedy(column) }
  }
  return {
    ...declared,
    remedy: remedy('schema.table.column'),
    judge: ({ database, connector }) =>
      of(database, ({ tables }) => {
        const columns = tables
          .flatMap(({ name, columns }) => columns.map((column) => ({ ...column, table: name })))
          .filter(isViolated)
        // Which of them the connector leaves out, only its configuration says.
        if (columns.length === 0) return ok
        return of(connector, (settings) =>
          violatedBy(columns.filter((column) => !isLeftOut(settings ?? {}, column)).map(violation)),
        )
      }),
  }
}
