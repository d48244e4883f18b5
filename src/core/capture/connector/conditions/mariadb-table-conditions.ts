/** Tables of MariaDB: what of their changes is in the binary log, and can be read from it. */
import type { MariadbTable } from '../mariadb-facts.ts'
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
    what: 'no foreign key changes rows of a mapped table',
    why: 'MariaDB does not write such changes to its log: rows that a CASCADE deletes or alters, or a SET NULL, are never captured',
    remedy:
      'let the application change these rows itself, under ON DELETE RESTRICT ON UPDATE RESTRICT; or do not map the table',
    weight: 'loses',
    judge: ofMariadb(({ tables }) => violatedBy(tables.flatMap(actionsOf))),
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

function actionsOf({ name, actions }: MariadbTable): readonly Violation[] {
  return actions.flatMap(({ references, onDelete, onUpdate }) => {
    const clauses = [
      ...(changing.has(onDelete) ? [`ON DELETE ${onDelete.toUpperCase()}`] : []),
      ...(changing.has(onUpdate) ? [`ON UPDATE ${onUpdate.toUpperCase()}`] : []),
    ]
    return clauses.length === 0 ? [] : [{ found: `${name} has ${clauses.join(' ')} of ${references}` }]
  })
}
