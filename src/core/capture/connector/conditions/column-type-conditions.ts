/** Types with which the connector's task dies, whether a mapping reads them or not. */
import type { ColumnFacts } from '../postgres-facts.ts'
import { type Condition, of, ofPostgres, ok, type Violation, violated, violatedBy } from '../condition.ts'
import { isLeftOut } from '../settings/selecting-settings.ts'

const exclude = (column: string): string => `column.exclude.list=${column} if no mapping reads it`

export const columnTypeConditions: readonly Condition[] = [
  {
    code: 'database-types',
    what: 'no type of the database is one at which the connector dies as soon as it starts',
    why: 'Debezium before 3.7 reads all types, and its task dies at an enum without labels or a domain over an enum',
    remedy: 'take Debezium 3.7.0 or newer; or DROP TYPE, ALTER TYPE … ADD VALUE, or use the enum without the domain',
    weight: 'loses',
    judge: ofPostgres(({ typesWithoutLabels }, { connectorVersion }) => {
      if (typesWithoutLabels.length === 0) return ok
      return of(connectorVersion, (version) => {
        if (version === null) return { kind: 'notAsked', why: 'no change in the raw log names the version of Debezium' }
        return diesAtTypes(version) ? violated(`${typesWithoutLabels.join(', ')}, with ${version}`) : ok
      })
    }),
  },
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

function diesAtTypes(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < 3 || (major === 3 && minor < 7)
}

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
    judge: ofPostgres(({ tables }, { connector }) => {
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
