/** Mappings that look up tables which were captured later than others, until a snapshot has shown their rows. */
import type { TableName } from '../../catalog/catalog.ts'
import type { CompiledMapping } from '../../mapping/compiled-mapping.ts'
import type { TranslationPlan } from '../../mapping/run/translate.ts'
import type { SourceRows } from '../../rows/source-rows.ts'

type Plans = { readonly plan: TranslationPlan; readonly snapshotPlan: TranslationPlan }

/** By mapping, the tables that it waits for. */
export type AwaitedTables = ReadonlyMap<string, readonly TableName[]>

function mappingsWaiting({ byTable }: TranslationPlan, rows: SourceRows): AwaitedTables {
  const mappings = new Set([...byTable.values()].flat().map(({ mapping }) => mapping))
  return new Map(
    [...mappings].flatMap((mapping) => {
      const tables = awaitedBy(mapping, rows)
      return tables.length === 0 ? [] : [[mapping.name, tables] as const]
    }),
  )
}

/** What is left without them; the same plans where none waits. */
export function withoutWaiting(
  { plan, snapshotPlan }: Plans,
  rows: SourceRows,
): Plans & { readonly awaited: AwaitedTables } {
  const awaited = mappingsWaiting(plan, rows)
  if (awaited.size === 0) return { plan, snapshotPlan, awaited }
  const without = (whole: TranslationPlan): TranslationPlan => ({
    ...whole,
    byTable: new Map(
      [...whole.byTable].map(([table, rules]) => [table, rules.filter(({ mapping }) => !awaited.has(mapping.name))]),
    ),
  })
  return { plan: without(plan), snapshotPlan: without(snapshotPlan), awaited }
}

/** Before the first snapshot has ended nothing is known of any table, and nobody waits: it is part of the same log. */
const awaitedBy = ({ indexes }: CompiledMapping, rows: SourceRows): readonly TableName[] =>
  rows.areWhole
    ? [...new Set(indexes.map(({ table }) => table))]
        .filter((table) => rows.scanned.isWhole(table) === false)
        .toSorted()
    : []
