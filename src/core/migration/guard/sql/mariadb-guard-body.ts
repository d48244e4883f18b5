/** What a trigger of a guarded table does, in the SQL of MariaDB. */
import { mariadbNames } from '../../../catalog/sql-names.ts'
import { refusal, refusedState } from './fence-sql.ts'
import { syncRole } from '../guard-place.ts'
import type { GuardedTable, ScopeWay } from '../guarded-tables.ts'

const { quoted, quotedTable, literal } = mariadbNames

export const guardedEvents = ['INSERT', 'UPDATE', 'DELETE'] as const
export type GuardedEvent = (typeof guardedEvents)[number]

interface GuardBody {
  readonly mapping: string
  readonly fence: string
  readonly table: GuardedTable
  readonly event: GuardedEvent
}

/** One that is as long as the message may be, and of the fence's own character set. */
const text = (length: number): string => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`

/**
 * The row as it was and as it will be are both asked, and what is in no scope is refused as on PostgreSQL. `USER()` is
 * who is logged in; `CURRENT_USER()` would be who has defined the trigger.
 */
export function mariadbGuardBody({ mapping, fence, table: { scope }, event }: GuardBody): string {
  const rows =
    event === 'INSERT' ? (['NEW'] as const) : event === 'DELETE' ? (['OLD'] as const) : (['OLD', 'NEW'] as const)
  const asked = rows.map((row) => askedOf(row, { mapping, fence, way: scope }))
  return `BEGIN
  DECLARE falsework_scope, falsework_found ${text(200)};
  DECLARE falsework_owner ${text(10)};
  DECLARE falsework_epoch bigint;
  DECLARE falsework_message ${text(500)};
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  IF SUBSTRING_INDEX(USER(), '@', 1) <> '${syncRole}' THEN${asked.join('')}
  END IF;
END`
}

interface Asked {
  readonly mapping: string
  readonly fence: string
  readonly way: ScopeWay | null
}

function askedOf(row: 'OLD' | 'NEW', { mapping, fence, way }: Asked): string {
  const shared = (among: string, order: string): string => `
      SET falsework_found = NULL, falsework_owner = NULL, falsework_epoch = NULL;
      SELECT f.scope, f.owner, f.epoch INTO falsework_found, falsework_owner, falsework_epoch
        FROM ${fence} f WHERE f.mapping = ${literal(mapping)}${among}
       ORDER BY ${order} LIMIT 1 LOCK IN SHARE MODE;`
  // Of all rows of the mapping one that is closed comes first, and all of them are locked on the way to it.
  const inNoScope =
    row === 'OLD'
      ? ''
      : `
    IF falsework_scope IS NULL THEN${shared('', "f.owner = 'legacy'")}${refuseClosed(mapping)}
    END IF;`
  return `
    SET falsework_scope = ${scopeOf(row, way)};
    IF falsework_scope IS NOT NULL THEN${shared(` AND f.scope IN (falsework_scope, '')`, "f.scope = ''")}${refuseClosed(mapping)}
    END IF;${inNoScope}`
}

/** No row at all is no reason to let a writer pass. MESSAGE_TEXT takes a variable, and no expression. */
const refuseClosed = (mapping: string): string => `
      IF falsework_owner IS NULL OR falsework_owner <> 'legacy' THEN
        SET falsework_message = IF(falsework_owner IS NULL, ${literal(`${refusal.before}${refusal.all}${refusal.of}${mapping}${refusal.noRow}`)},
          CONCAT(${literal(refusal.before)}, IF(falsework_found = '', '${refusal.all}', falsework_found), ${literal(`${refusal.of}${mapping}${refusal.owner}`)}, falsework_owner, ${literal(refusal.epoch)}, falsework_epoch, ${literal(refusal.behind)}));
        SIGNAL SQLSTATE '${refusedState}' SET MESSAGE_TEXT = falsework_message;
      END IF;`

function scopeOf(row: 'OLD' | 'NEW', way: ScopeWay | null): string {
  if (way === null) return `''`
  const value = (of: string): string => spelled(`${of}.${quoted(way.column)}`, way.spelling)
  const [first, ...others] = way.steps
  if (first === undefined) return value(row)
  const joins = others.map(
    ({ column, parent, parentKey }, at) =>
      ` JOIN ${quotedTable(parent)} p${at + 2} ON p${at + 2}.${quoted(parentKey)} = p${at + 1}.${quoted(column)}`,
  )
  const from = `${quotedTable(first.parent)} p1${joins.join('')}`
  return `(SELECT ${value(`p${way.steps.length}`)} FROM ${from} WHERE p1.${quoted(first.parentKey)} = ${row}.${quoted(first.column)})`
}

function spelled(column: string, spelling: ScopeWay['spelling']): string {
  const value = `CAST(${column} AS char CHARACTER SET utf8mb4)`
  if (spelling === 'asItIs') return value
  return spelling === 'trimmed' ? `RTRIM(${value})` : `LOWER(RTRIM(${value}))`
}
