/** The publication: every operation, row and column of the mapped tables, under the names that mappings use. */
import type { TableName } from '../../../catalog/catalog.ts'
import type { CaptureFindings } from '../capture-findings.ts'
import { writtenTablesOf } from '../settings/written-tables.ts'
import { type PostgresFacts, type PublicationFacts, publishedOperations, type TableFacts } from '../postgres-facts.ts'
import { type Condition, type Judgement, ok, ofPostgres, violated, type Violation, violatedBy } from '../condition.ts'

export const publicationConditions: readonly Condition[] = [
  {
    code: 'publication',
    what: 'the publication of the connector exists',
    why: 'without it nothing is captured, or a connector that makes its own decides what',
    remedy: 'CREATE PUBLICATION … FOR TABLE with the mapped tables, under the name of publication.name',
    weight: 'loses',
    judge: ofPostgres(({ publication }) => (publication === null ? violated('it does not exist') : ok)),
  },
  {
    code: 'publication-operations',
    what: 'the publication publishes every operation',
    why: 'an operation that is not published is never captured, and nothing says so',
    remedy: "ALTER PUBLICATION … SET (publish = 'insert, update, delete, truncate')",
    weight: 'loses',
    judge: ofPublication(({ operations }) => {
      const missing = publishedOperations.filter((operation) => !operations.includes(operation))
      return missing.length === 0 ? ok : violated(`not published: ${missing.join(', ')}`)
    }),
  },
  {
    code: 'publication-tables',
    what: 'the publication has every mapped table',
    why: 'a table that is not published is never captured, and nothing says so',
    remedy: 'ALTER PUBLICATION … ADD TABLE the missing ones, then take a snapshot of them',
    weight: 'loses',
    judge: ofPublication((publication, tables) =>
      violatedBy(tables.flatMap(({ name, facts }) => missing(publication, { name, facts }))),
    ),
  },
  {
    code: 'publication-written-tables',
    what: 'the publication has the tables of heartbeats and signals',
    why: 'a heartbeat that is not published moves no stored offset, and a signal that is not published starts no snapshot',
    remedy: 'ALTER PUBLICATION … ADD TABLE the tables of heartbeat.action.query and signal.data.collection',
    weight: 'risks',
    judge: ofPostgres(({ publication }, { connector }) => {
      if (publication === null) return { kind: 'notAsked', why: 'the publication does not exist' }
      if (connector.kind === 'notAsked') return connector
      const left = writtenTablesOf(connector.value ?? {}).filter(({ table }) => !isPublished(publication, table))
      return violatedBy(
        left.map(({ table, setting }) => ({ found: `${table} of ${setting} is not published`, setting })),
      )
    }),
  },
  {
    code: 'publication-partitions',
    what: 'a mapped table arrives under its own name',
    why: 'changes under the name of a partition, or of its root, are those of another table to every mapping',
    remedy: 'ALTER PUBLICATION … SET (publish_via_partition_root = true), and map the root',
    weight: 'loses',
    judge: ofPublication((publication, tables) =>
      violatedBy(tables.flatMap(({ facts }) => (facts === null ? [] : otherName(publication, facts)))),
    ),
  },
  {
    code: 'publication-rows',
    what: 'the publication has no row filter on a mapped table',
    why: 'rows that the filter leaves out are never captured, and a row that leaves it looks deleted',
    remedy: 'ALTER PUBLICATION … SET TABLE with the table without WHERE, then take a snapshot of it',
    weight: 'loses',
    judge: ofPublication((publication, tables) =>
      violatedBy(
        publishedOf(publication, tables).flatMap(({ name, rowFilter }) =>
          rowFilter === null ? [] : [{ found: `${name} WHERE ${rowFilter}` }],
        ),
      ),
    ),
  },
  {
    code: 'publication-columns',
    what: 'the publication has every column of the mapped tables',
    why: 'a column that is not in the list is absent from every record',
    remedy: 'ALTER PUBLICATION … SET TABLE with the table without a list of columns, then take a snapshot of it',
    weight: 'loses',
    judge: ofPublication((publication, tables) =>
      violatedBy(
        publishedOf(publication, tables).flatMap(({ name, columns, facts }) => {
          const left = facts.columns.filter(
            (column) => column.generated === 'stored' && columns !== null && !columns.includes(column.name),
          )
          return left.length === 0 ? [] : [{ found: `${name} without ${left.map((column) => column.name).join(', ')}` }]
        }),
      ),
    ),
  },
]

interface MappedTable {
  readonly name: TableName
  /** null: the database has no such table. */
  readonly facts: TableFacts | null
}

function ofPublication(
  judge: (publication: PublicationFacts, tables: readonly MappedTable[]) => Judgement,
): (findings: CaptureFindings) => Judgement {
  return ofPostgres(({ publication, tables }, { mappedTables }) => {
    if (publication === null) return { kind: 'notAsked', why: 'the publication does not exist' }
    const facts = factsByName(tables)
    return judge(
      publication,
      mappedTables.map(({ name }) => ({ name, facts: facts.get(name) ?? null })),
    )
  })
}

const factsByName = (tables: PostgresFacts['tables']): ReadonlyMap<TableName, TableFacts> =>
  new Map(tables.map((facts) => [facts.name, facts]))

const isPublished = ({ tables }: PublicationFacts, wanted: TableName): boolean =>
  tables.some(({ name }) => name === wanted)

/** Whether its changes are published under any name. */
function isCaptured(publication: PublicationFacts, { name, root, leaves }: TableFacts): boolean {
  if (isPublished(publication, name)) return true
  if (publication.viaRoot) return root !== null && isPublished(publication, root)
  return leaves.length > 0 && leaves.every((leaf) => isPublished(publication, leaf.name))
}

function missing(publication: PublicationFacts, { name, facts }: MappedTable): readonly Violation[] {
  if (facts === null) return [{ found: `${name} does not exist`, remedy: 'run `falsework catalog pull`' }]
  return isCaptured(publication, facts) ? [] : [{ found: `${name} is not published` }]
}

function otherName(publication: PublicationFacts, facts: TableFacts): readonly Violation[] {
  const { name, root, leaves } = facts
  if (isPublished(publication, name) || !isCaptured(publication, facts)) return []
  if (publication.viaRoot) return [{ found: `${name} arrives as ${root ?? ''}`, remedy: `map ${root ?? 'the root'}` }]
  return [{ found: `${name} arrives as ${leaves.map((leaf) => leaf.name).join(', ')}` }]
}

/** What is published of mapped tables, also under the names of their partitions and roots. */
function publishedOf({ tables }: PublicationFacts, mapped: readonly MappedTable[]) {
  return mapped.flatMap(({ facts }) => {
    if (facts === null) return []
    const names = new Set([
      facts.name,
      ...(facts.root === null ? [] : [facts.root]),
      ...facts.leaves.map(({ name }) => name),
    ])
    return tables.filter(({ name }) => names.has(name)).map((published) => ({ ...published, facts }))
  })
}
