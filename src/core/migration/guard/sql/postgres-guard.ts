/** The guard of PostgreSQL: for each table a trigger function, and triggers for rows and for TRUNCATE. */
import { postgresNames } from '../../../catalog/sql-names.ts'
import { type TableName, tableName } from '../../../catalog/table-name.ts'
import type { FenceMove, FenceRow } from '../fence.ts'
import { fenceUpdate, fenceValues } from './fence-sql.ts'
import { fenceTable, type GuardPlace, type GuardStatement, syncRole, syncTable } from '../guard-place.ts'
import type { Guard, GuardedTable } from '../guarded-tables.ts'
import { ownedName } from '../owned-name.ts'
import { dollarQuoted, postgresGuardBody } from './postgres-guard-body.ts'

const { quoted, quotedTable, literal } = postgresNames

export function postgresGuard(
  { mapping, tables }: Guard,
  place: GuardPlace,
  fences: readonly FenceRow[],
): readonly GuardStatement[] {
  const fence = quotedTable(fenceTable(place))
  return [
    {
      purpose: 'one row for each scope of a mapping: who may write',
      sql: `CREATE TABLE IF NOT EXISTS ${fence} (
  mapping text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  owner text NOT NULL CHECK (owner IN ('legacy', 'native')),
  epoch bigint NOT NULL,
  PRIMARY KEY (mapping, scope)
)`,
    },
    {
      purpose: 'a row of it marks a transaction that brings back what the new service has written',
      sql: `CREATE TABLE IF NOT EXISTS ${quotedTable(syncTable(place))} (
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (epoch, seq)
)`,
    },
    {
      purpose: `the fence of ${mapping}, open`,
      sql: `INSERT INTO ${fence} (mapping, scope, owner, epoch) VALUES ${fenceValues(postgresNames, fences)} ON CONFLICT (mapping, scope) DO NOTHING`,
    },
    ...tables.flatMap((table) => tableStatements(mapping, place, table)),
  ]
}

const functionOf = (mapping: string, { schema }: GuardPlace, table: TableName): string =>
  quotedTable(tableName(schema, ownedName(mapping, table)))
const rowTrigger = (mapping: string): string => quoted(ownedName(mapping, 'rows'))
const truncateTrigger = (mapping: string): string => quoted(ownedName(mapping, 'truncate'))

/**
 * The function is SECURITY DEFINER: who writes needs no right on the fence, for a locking read asks for UPDATE, by which
 * anybody could open it. In there `current_user` is its owner, so the exemption stands in the triggers' WHEN, which is
 * asked as the writer; `session_user` is asked for cascades, which run as the owner of the table.
 */
function tableStatements(mapping: string, place: GuardPlace, table: GuardedTable): readonly GuardStatement[] {
  const { name } = table
  const target = quotedTable(name)
  const own = functionOf(mapping, place, name)
  const exempt = `WHEN (current_user <> '${syncRole}' AND session_user <> '${syncRole}')`
  const trigger = (trigger: string, when: string, each: string): readonly GuardStatement[] => [
    {
      purpose: `asks it ${when.toLowerCase()} on ${name}`,
      sql: `CREATE OR REPLACE TRIGGER ${trigger} ${when} ON ${target} FOR EACH ${each} ${exempt} EXECUTE FUNCTION ${own}()`,
    },
    {
      purpose: 'in sessions that replicate, too',
      sql: `ALTER TABLE ${target} ENABLE ALWAYS TRIGGER ${trigger}`,
    },
  ]
  const body = postgresGuardBody({ mapping, fence: quotedTable(fenceTable(place)), table })
  return [
    {
      purpose: `takes the fence for a write to ${name}, or refuses it`,
      sql: `CREATE OR REPLACE FUNCTION ${own}() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS ${dollarQuoted(body)}`,
    },
    ...trigger(rowTrigger(mapping), 'BEFORE INSERT OR UPDATE OR DELETE', 'ROW'),
    ...trigger(truncateTrigger(mapping), 'BEFORE TRUNCATE', 'STATEMENT'),
  ]
}

export function postgresRemoval({ mapping, tables }: Guard, place: GuardPlace): readonly GuardStatement[] {
  const [fence, sync] = [quotedTable(fenceTable(place)), quotedTable(syncTable(place))]
  const body = `
BEGIN
  IF to_regclass(${literal(fence)}) IS NULL THEN RETURN; END IF;
  DELETE FROM ${fence} WHERE mapping = ${literal(mapping)};
  IF NOT EXISTS (SELECT FROM ${fence}) THEN DROP TABLE IF EXISTS ${fence}, ${sync}; END IF;
END
`
  return [
    ...tables.flatMap(({ name }) => [
      ...[rowTrigger(mapping), truncateTrigger(mapping)].map((trigger) => ({
        purpose: `${name} is open to every writer`,
        sql: `DROP TRIGGER IF EXISTS ${trigger} ON ${quotedTable(name)}`,
      })),
      {
        purpose: `nothing asks it for ${name} any more`,
        sql: `DROP FUNCTION IF EXISTS ${functionOf(mapping, place, name)}()`,
      },
    ]),
    {
      purpose: `the fence of ${mapping} goes, and with the last one its table`,
      sql: `DO ${dollarQuoted(body)}`,
    },
  ]
}

/**
 * Writers share the row, so that an UPDATE alone could wait for ever while others come and go. It waits behind those in
 * flight in the queue of the table's lock, and whoever comes later waits behind it.
 */
const inLine = (fence: string): string => `LOCK TABLE ${fence} IN EXCLUSIVE MODE`

/** The update changes nothing but the version of the row, which is what an old snapshot fails at. */
export function postgresOpening(
  place: GuardPlace,
  { mapping, scope }: { readonly mapping: string; readonly scope: string },
): readonly string[] {
  const fence = quotedTable(fenceTable(place))
  return [
    inLine(fence),
    `WITH of_all AS (UPDATE ${fence} SET epoch = epoch WHERE mapping = ${literal(mapping)} AND scope = '' AND NOT EXISTS (SELECT FROM ${fence} WHERE mapping = ${literal(mapping)} AND scope = ${literal(scope)}) RETURNING owner, epoch)
INSERT INTO ${fence} (mapping, scope, owner, epoch) SELECT ${literal(mapping)}, ${literal(scope)}, owner, epoch FROM of_all`,
  ]
}

export function postgresMoves(place: GuardPlace, moves: readonly FenceMove[]): readonly string[] {
  const fence = quotedTable(fenceTable(place))
  const isClosing = moves.some(({ to }) => to === 'native')
  return [...(isClosing ? [inLine(fence)] : []), ...moves.map((move) => fenceUpdate(postgresNames, fence, move))]
}
