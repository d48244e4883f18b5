/** Statements as the command line client of the database reads them from a file. */
import type { SourceKind } from '../../../catalog/catalog.ts'
import type { GuardStatement } from '../guard-place.ts'

/**
 * Each statement by itself, and none waits for long: what waits for the lock of a table, with the locks of others in its
 * hands, would take part in deadlocks of the application. On MariaDB with another delimiter, for triggers have semicolons.
 */
export function guardScript(kind: SourceKind, statements: readonly GuardStatement[]): string {
  const [begin, end, finish] =
    kind === 'postgres'
      ? ["SET lock_timeout = '800ms';", ';', 'RESET lock_timeout;']
      : ['DELIMITER //', '\n//', 'DELIMITER ;']
  // A table's name must not end the comment.
  const written = statements.map(({ purpose, sql }) => `-- ${purpose.replace(/[\r\n]/g, ' ')}\n${sql}${end}\n`)
  return `${[begin, ...written, finish].join('\n')}\n`
}
