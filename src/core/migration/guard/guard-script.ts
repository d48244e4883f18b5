/** Statements as the command line client of the database reads them from a file. */
import type { SourceKind } from '../../catalog/catalog.ts'
import type { GuardStatement } from './guard-place.ts'

/** On PostgreSQL all of it or nothing; on MariaDB with another delimiter, for triggers have semicolons in them. */
export function guardScript(kind: SourceKind, statements: readonly GuardStatement[]): string {
  const [begin, end, finish] =
    kind === 'postgres' ? ['BEGIN;', ';', 'COMMIT;'] : ['DELIMITER //', '\n//', 'DELIMITER ;']
  // A table's name must not end the comment.
  const written = statements.map(({ purpose, sql }) => `-- ${purpose.replace(/[\r\n]/g, ' ')}\n${sql}${end}\n`)
  return `${[begin, ...written, finish].join('\n')}\n`
}
