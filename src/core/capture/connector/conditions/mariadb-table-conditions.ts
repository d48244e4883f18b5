/** Tables of MariaDB: what of their changes is in the binary log, and can be read from it. */
import type { Table, TableName } from '../../../catalog/catalog.ts'
import { isFollowed } from '../../../rows/cascades/cascade.ts'
import { isStored } from '../../../rows/stored/stored-catalog.ts'
import type { ForeignKeyAction, MariadbTable } from '../mariadb-facts.ts'
import { type Condition, ofMariadb, type Violation, violatedBy } from '../condition.ts'

export const mariadbTableConditions: readonly Condition[] = [
  {
    code: 'tables-exist',
    what: 'every mapped table is in the database',
    why: 'no row of it can arrive',
    remedy: 'run `falsework catalog pull`, or give the account of the connector SELECT on it',
    weight: 'loses',
    judge: ofMariadb(({ tables }, { mappedTables }) =>
      violatedBy(
        mappedTables
          .filter(({ name }) => !tables.some((table) => table.name === name))
          .map(({ name }) => ({ found: `${name} does not exist, or is not shown` })),
      ),
    ),
  },
  {
    code: 'tables-transactional',
    what: 'the mapped tables have transactions',
    why: 'rows of MyISAM and its like are in the log although their transaction was rolled back, each statement as a transaction of its own',
    remedy: 'ALTER TABLE … ENGINE = InnoDB',
    weight: 'risks',
    judge: ofMariadb(({ tables }) =>
      violatedBy(
        tables
          .filter(({ engine }) => engine.toUpperCase() !== 'INNODB')
          .map(({ name, engine }) => ({
            found: `${name} is ${engine}`,
            remedy: `ALTER TABLE ${name} ENGINE = InnoDB`,
          })),
      ),
    ),
  },
  {
    code: 'foreign-key-actions',
    what: 'what foreign keys change in a mapped table is known from rows that are kept',
    why: 'MariaDB does not write to its log what a CASCADE or SET NULL changes: that is done to the kept rows in its place, as far as the children of a row can be found among them',
    remedy:
      'take the table and the one that it refers to out of rows.exclude; where a key is of texts that only the server compares, let the application change these rows itself, under RESTRICT; or do not map the table',
    weight: 'loses',
    judge: ofMariadb(({ tables }, { keptTables }) => {
      const actions = tables.flatMap(actionsOf)
      const violations = actions.filter((action) => !isDone(action, keptTables))
      if (violations.length > 0 || actions.length === 0) return violatedBy(violations)
      return { kind: 'ok', found: actions.map(({ found }) => found).join('; ') }
    }),
  },
  {
    code: 'column-types',
    what: 'no column is of a type at which the connector dies',
    why: "the connector's task ends at the definition of an INET4 or INET6 column, whatever is left out of capture",
    remedy: 'ALTER TABLE … MODIFY … varchar(39)',
    weight: 'loses',
    judge: ofMariadb(({ unreadableColumns }) =>
      violatedBy(
        unreadableColumns.map(({ table, name, type }) => ({
          found: `${table}.${name} is ${type}`,
          remedy: `ALTER TABLE ${table} MODIFY ${name} varchar(39)`,
        })),
      ),
    ),
  },
]

const changing: ReadonlySet<string> = new Set(['cascade', 'set null', 'set default'])

interface TableAction extends Violation, Pick<ForeignKeyAction, 'references' | 'columns'> {
  readonly table: TableName
}

function actionsOf({ name, actions }: MariadbTable): readonly TableAction[] {
  return actions.flatMap(({ columns, references, onDelete, onUpdate }) => {
    const clauses = [
      ...(changing.has(onDelete) ? [`ON DELETE ${onDelete.toUpperCase()}`] : []),
      ...(changing.has(onUpdate) ? [`ON UPDATE ${onUpdate.toUpperCase()}`] : []),
    ]
    if (clauses.length === 0) return []
    return [{ table: name, columns, references, found: `${name} has ${clauses.join(' ')} of ${references}` }]
  })
}

/** Whether the row store does it: both tables are captured, and the children of a row can be found. */
function isDone({ table: name, columns, references }: TableAction, kept: readonly Table[]): boolean {
  const table = kept.find((one) => one.name === name)
  const keys =
    table?.foreignKeys.filter((key) => key.references === references && isSameList(key.columns, columns)) ?? []
  return (
    table !== undefined &&
    isStored(table) &&
    kept.some((one) => one.name === references) &&
    keys.length > 0 &&
    keys.every((key) => isFollowed(key, table))
  )
}

const isSameList = (one: readonly string[], other: readonly string[]): boolean => one.join() === other.join()
