/** The guard of MariaDB: for each table a trigger before INSERT, UPDATE and DELETE. TRUNCATE fires none. */
import { mariadbNames } from '../../../catalog/sql-names.ts'
import { identifiersOf, tableName } from '../../../catalog/table-name.ts'
import type { FenceMove, FenceRow } from '../fence.ts'
import { fenceUpdate, fenceValues } from './fence-sql.ts'
import { fenceTable, type GuardPlace, type GuardStatement, syncTable } from '../guard-place.ts'
import type { Guard, GuardedTable } from '../guarded-tables.ts'
import { type GuardedEvent, guardedEvents, mariadbGuardBody } from './mariadb-guard-body.ts'
import { ownedName } from '../owned-name.ts'

const { quotedTable, literal } = mariadbNames

export function mariadbGuard(
  { mapping, tables }: Guard,
  place: GuardPlace,
  fences: readonly FenceRow[],
): readonly GuardStatement[] {
  const fence = quotedTable(fenceTable(place))
  return [
    {
      purpose: 'one row for each scope of a mapping: who may write',
      sql: `CREATE TABLE IF NOT EXISTS ${fence} (
  mapping varchar(200) NOT NULL,
  scope varchar(200) NOT NULL,
  owner varchar(10) NOT NULL CHECK (owner IN ('legacy', 'native')),
  epoch bigint NOT NULL,
  PRIMARY KEY (mapping, scope)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
    },
    {
      purpose: 'a row of it marks a transaction that brings back what the new service has written',
      sql: `CREATE TABLE IF NOT EXISTS ${quotedTable(syncTable(place))} (
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (epoch, seq)
) ENGINE=InnoDB`,
    },
    {
      purpose: `the fence of ${mapping}, open`,
      sql: `INSERT IGNORE INTO ${fence} (mapping, scope, owner, epoch) VALUES ${fenceValues(mariadbNames, fences)}`,
    },
    ...tables.flatMap((table) => guardedEvents.map((event) => triggerStatement(mapping, place, { table, event }))),
  ]
}

/** A trigger runs as who has defined it, so that the application needs no right on the fence. */
function triggerStatement(
  mapping: string,
  place: GuardPlace,
  { table, event }: { readonly table: GuardedTable; readonly event: GuardedEvent },
): GuardStatement {
  const { name } = table
  const body = mariadbGuardBody({ mapping, fence: quotedTable(fenceTable(place)), table, event })
  return {
    purpose: `takes the fence for ${event} on ${name}, or refuses it`,
    sql: `CREATE OR REPLACE TRIGGER ${triggerOf(mapping, table, event)} BEFORE ${event} ON ${quotedTable(name)} FOR EACH ROW
${body}`,
  }
}

/** A trigger belongs to the database of its table. */
const triggerOf = (mapping: string, { name }: GuardedTable, event: GuardedEvent): string =>
  quotedTable(tableName(identifiersOf(name).schema, ownedName(mapping, name, event)))

export function mariadbRemoval({ mapping, tables }: Guard, place: GuardPlace): readonly GuardStatement[] {
  const [fence, sync] = [quotedTable(fenceTable(place)), quotedTable(syncTable(place))]
  const isThere = `EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = ${literal(place.schema)} AND table_name = 'falsework_fence')`
  return [
    ...tables.flatMap((table) =>
      guardedEvents.map((event) => ({
        purpose: `${table.name} is open to every ${event}`,
        sql: `DROP TRIGGER IF EXISTS ${triggerOf(mapping, table, event)}`,
      })),
    ),
    {
      purpose: `the fence of ${mapping} goes, and with the last one its table`,
      sql: `BEGIN NOT ATOMIC
  IF ${isThere} THEN
    DELETE FROM ${fence} WHERE mapping = ${literal(mapping)};
    IF NOT EXISTS (SELECT 1 FROM ${fence}) THEN DROP TABLE IF EXISTS ${fence}, ${sync}; END IF;
  END IF;
END`,
    },
  ]
}

/** It takes the row of all for itself, so that it waits for whoever shares it, and nobody shares it before it is done. */
export function mariadbOpening(
  place: GuardPlace,
  { mapping, scope }: { readonly mapping: string; readonly scope: string },
): readonly string[] {
  const fence = quotedTable(fenceTable(place))
  return [
    `INSERT IGNORE INTO ${fence} (mapping, scope, owner, epoch)
SELECT mapping, ${literal(scope)}, owner, epoch FROM ${fence} WHERE mapping = ${literal(mapping)} AND scope = '' FOR UPDATE`,
  ]
}

export const mariadbMoves = (place: GuardPlace, moves: readonly FenceMove[]): readonly string[] =>
  moves.map((move) => fenceUpdate(mariadbNames, quotedTable(fenceTable(place)), move))
