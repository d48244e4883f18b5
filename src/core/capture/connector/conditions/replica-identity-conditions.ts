/** Replica identity: what the database writes of a row as it was before. */
import type { Table } from '../../../catalog/catalog.ts'
import type { CaptureFindings } from '../capture-findings.ts'
import type { TableFacts } from '../postgres-facts.ts'
import { type Condition, ofPostgres, type Violation, violatedBy } from '../condition.ts'

export const replicaIdentityConditions: readonly Condition[] = [
  {
    code: 'replica-identity',
    what: 'mapped tables, and those whose rows are kept, are REPLICA IDENTITY DEFAULT with an immediate primary key, or FULL',
    why: 'with the other identities updates fail in the application, or the connector makes up the old row, its key included: rows are not kept then, no rule can read what a row was, and no look-up can find it',
    remedy:
      'ALTER TABLE … REPLICA IDENTITY DEFAULT, or FULL without a primary key; for a partitioned table on each partition',
    weight: 'loses',
    judge: ofPostgres((facts, findings) =>
      violatedBy(tablesOf(findings, facts.tables).flatMap(({ table, facts: found }) => unusable(table, found))),
    ),
  },
  {
    code: 'replica-identity-as-checked',
    what: 'mapped tables, and those whose rows are kept, that are FULL in the catalog are FULL in the database',
    why: 'the row store does not complete rows of a table that is FULL in the catalog: what a row was is nowhere when the database no longer writes it',
    remedy: 'run `falsework catalog pull` and `falsework register`, or ALTER TABLE … REPLICA IDENTITY FULL',
    weight: 'loses',
    judge: ofPostgres((facts, findings) =>
      violatedBy(tablesOf(findings, facts.tables).flatMap(({ table, facts: found }) => weaker(table, found))),
    ),
  },
]

/** Mapped tables and those whose rows are to be kept, as far as the database was asked for them or publishes them. */
function tablesOf(
  { mappedTables, keptTables }: CaptureFindings,
  facts: readonly TableFacts[],
): readonly { readonly table: Table; readonly facts: TableFacts }[] {
  const tables = new Map([...keptTables, ...mappedTables].map((table) => [table.name, table]))
  return facts.flatMap((found) => {
    const table = tables.get(found.name)
    return table === undefined ? [] : [{ table, facts: found }]
  })
}

/** The tables whose identity decides: a partitioned table has no rows of its own. */
const deciding = ({ name, identity, leaves }: TableFacts): readonly Pick<TableFacts, 'name' | 'identity'>[] =>
  leaves.length > 0 ? leaves : [{ name, identity }]

function unusable({ deferrablePrimaryKey }: Table, facts: TableFacts): readonly Violation[] {
  const lacking =
    facts.primaryKey === 'missing'
      ? 'without a primary key'
      : deferrablePrimaryKey === true
        ? 'with a deferrable primary key'
        : null
  return deciding(facts).flatMap(({ name, identity }) => {
    if (identity === 'full' || (identity === 'default' && lacking === null)) return []
    const without = identity === 'default' && lacking !== null ? ` ${lacking}` : ''
    const found = `${name} is ${identity?.toUpperCase() ?? 'unknown'}${without}`
    return [{ found, remedy: `ALTER TABLE ${name} REPLICA IDENTITY ${lacking === null ? 'DEFAULT' : 'FULL'}` }]
  })
}

function weaker(checked: Table, facts: TableFacts): readonly Violation[] {
  if (checked.replicaIdentity !== 'full') return []
  return deciding(facts)
    .filter(({ identity }) => identity !== 'full')
    .map(({ name, identity }) => ({
      found: `${name} is ${identity?.toUpperCase() ?? 'unknown'}, the catalog says FULL`,
      remedy: `ALTER TABLE ${name} REPLICA IDENTITY FULL, or run \`falsework catalog pull\` and validate again`,
    }))
}
