/** Replica identity: what the database writes of a row as it was before. */
import type { Table } from '../../../catalog/catalog.ts'
import type { TableFacts } from '../capture-findings.ts'
import { type Condition, ofDatabase, type Violation, violatedBy } from '../condition.ts'

export const replicaIdentityConditions: readonly Condition[] = [
  {
    code: 'replica-identity',
    what: 'mapped tables are REPLICA IDENTITY FULL, or DEFAULT with a primary key',
    why: 'with the other identities updates fail in the application, or the connector makes up the old row, its key included',
    remedy: 'ALTER TABLE … REPLICA IDENTITY FULL, for a partitioned table on each partition',
    weight: 'loses',
    judge: ofDatabase(({ tables }, { mappedTables }) =>
      violatedBy(mappedTables.flatMap(({ name }) => tables.filter((facts) => facts.name === name).flatMap(unusable))),
    ),
  },
  {
    code: 'replica-identity-as-checked',
    what: 'the identity of mapped tables is the one that mappings were checked against',
    why: 'a rule that reads the row before finds nothing there when the table is no longer FULL',
    remedy: 'ALTER TABLE … REPLICA IDENTITY FULL, or run `falsework catalog pull` and validate again',
    weight: 'loses',
    judge: ofDatabase(({ tables }, { mappedTables }) =>
      violatedBy(
        mappedTables.flatMap((checked) =>
          tables.filter(({ name }) => name === checked.name).flatMap((facts) => weaker(checked, facts)),
        ),
      ),
    ),
  },
]

/** The tables whose identity decides: a partitioned table has no rows of its own. */
const deciding = ({ name, identity, leaves }: TableFacts): readonly Pick<TableFacts, 'name' | 'identity'>[] =>
  leaves.length > 0 ? leaves : [{ name, identity }]

function unusable(facts: TableFacts): readonly Violation[] {
  return deciding(facts).flatMap(({ name, identity }) => {
    if (identity === 'full' || (identity === 'default' && facts.primaryKey === 'present')) return []
    const without = identity === 'default' ? ' without a primary key' : ''
    const found = `${name} is ${identity?.toUpperCase() ?? 'unknown'}${without}`
    return [{ found, remedy: `ALTER TABLE ${name} REPLICA IDENTITY FULL` }]
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
