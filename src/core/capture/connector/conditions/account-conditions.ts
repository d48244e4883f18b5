/** What the account of the connector may do: read the log and the tables, write heartbeats and signals. */
import type { TableName } from '../../../catalog/catalog.ts'
import { mariadbNames, postgresNames } from '../../../catalog/sql-names.ts'
import { identifiersOf } from '../../../catalog/table-name.ts'
import type { CaptureFacts, CaptureFindings } from '../capture-findings.ts'
import { type Condition, type Judgement, ofDatabase, type Violation, violatedBy } from '../condition.ts'
import type { AccountFacts, TableRight } from '../account-facts.ts'
import { type WrittenTable, writtenTablesOf } from '../settings/written-tables.ts'

export const accountConditions: readonly Condition[] = [
  {
    code: 'account-reads-log',
    what: 'the account of the connector may read the log of the database',
    why: 'the task of the connector ends when it begins to stream',
    remedy: 'ALTER ROLE … REPLICATION at PostgreSQL, GRANT REPLICATION SLAVE, REPLICATION CLIENT at MariaDB',
    weight: 'risks',
    judge: ofAccount(({ name, missing }, { kind }) =>
      missing.length === 0
        ? []
        : [
            {
              found: `${name} lacks ${missing.join(', ')}`,
              remedy:
                kind === 'postgres'
                  ? `ALTER ROLE ${name} REPLICATION`
                  : `GRANT ${missing.join(', ')} ON *.* TO ${name}`,
            },
          ],
    ),
  },
  {
    code: 'account-reads-tables',
    what: 'the account of the connector may read the mapped tables',
    why: 'a snapshot fails at the first table that may not be read',
    remedy:
      'GRANT SELECT on the mapped tables to the account of the connector, and USAGE on their schemas at PostgreSQL',
    weight: 'risks',
    judge: ofAccount((account, facts, { mappedTables }) =>
      mappedTables.flatMap(({ name }) => lacking({ account, facts, table: name, needed: ['usage', 'select'] })),
    ),
  },
  {
    code: 'account-writes',
    what: 'the account of the connector may write its heartbeats and signals',
    why: 'a heartbeat that is refused moves no position, and PostgreSQL holds back its log; a snapshot that was asked for never begins',
    remedy: 'GRANT what heartbeat.action.query does on its table, and INSERT on that of signal.data.collection',
    weight: 'risks',
    judge: ofAccount((account, facts, findings) =>
      writtenTables(findings).flatMap(({ table, setting, writes }) =>
        account.tables.has(table)
          ? lacking({ account, facts, table, needed: ['usage', 'select', ...writes] })
          : [
              {
                found: `there is no table ${table} that ${account.name} may see`,
                remedy: `CREATE TABLE ${table}, or correct ${setting}; at MariaDB a table without a right on it is not seen`,
                setting,
              },
            ],
      ),
    ),
  },
]

const writtenTables = ({ connector }: CaptureFindings): readonly WrittenTable[] =>
  connector.kind === 'asked' && connector.value !== null ? writtenTablesOf(connector.value) : []

function ofAccount(
  judge: (account: AccountFacts, facts: CaptureFacts, findings: CaptureFindings) => readonly Violation[],
): (findings: CaptureFindings) => Judgement {
  return ofDatabase((facts, findings) =>
    facts.account === null
      ? { kind: 'notAsked', why: 'a role gives the account its rights' }
      : violatedBy(judge(facts.account, facts, findings)),
  )
}

interface Needed {
  readonly account: AccountFacts
  readonly facts: CaptureFacts
  readonly table: TableName
  readonly needed: readonly TableRight[]
}

/** Of a table that is not there others speak. */
function lacking({ account, facts, table, needed }: Needed): readonly Violation[] {
  const has = account.tables.get(table)
  const missing = has === undefined ? [] : needed.filter((right) => !has.has(right))
  if (missing.length === 0) return []
  const names = facts.kind === 'postgres' ? postgresNames : mariadbNames
  const onTable = missing.filter((right) => right !== 'usage').map((right) => right.toUpperCase())
  const grants = [
    ...(missing.includes('usage') ? [`GRANT USAGE ON SCHEMA ${names.quoted(identifiersOf(table).schema)}`] : []),
    ...(onTable.length === 0 ? [] : [`GRANT ${onTable.join(', ')} ON ${names.quotedTable(table)}`]),
  ]
  return [
    {
      found: `${account.name} lacks ${missing.map((right) => right.toUpperCase()).join(', ')} for ${table}`,
      remedy: grants.map((grant) => `${grant} TO ${account.name};`).join(' '),
    },
  ]
}
