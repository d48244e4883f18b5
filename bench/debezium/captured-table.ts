/** A captured table as the connector knows it: what the benchmark's catalog says, in the forms of Kafka Connect. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CapturedColumn {
  readonly name: string
  readonly type: 'int32' | 'int64' | 'float64' | 'string'
  /** Name of a Connect schema that says more than the type. */
  readonly semantic?: string
  readonly optional: boolean
}

export interface CapturedTable {
  /** With its schema: `public.orders`. */
  readonly name: string
  readonly primaryKey: readonly string[]
  readonly columns: readonly CapturedColumn[]
  /** The header `falsework.columns` of its rows. */
  readonly forms: string
}

interface CatalogTable {
  readonly name: string
  readonly primaryKey: readonly string[]
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[]
}

export interface Catalog {
  readonly tables: readonly CatalogTable[]
}

export const readCatalog = (file: string): Catalog => JSON.parse(readFileSync(file, 'utf8')) as Catalog

export const benchCatalog = join(import.meta.dirname, '..', 'project', 'catalog', 'bench.json')

export function capturedTable(catalog: Catalog, name: string): CapturedTable {
  const table = catalog.tables.find((candidate) => candidate.name === name)
  if (table === undefined) throw new Error(`the catalog of the benchmark has no table ${name}`)
  const columns = table.columns.map(({ name: column, type, nullable }) => ({
    name: column,
    optional: nullable,
    ...connectTypeOf(type),
  }))
  return { name, primaryKey: table.primaryKey, columns, forms: formsOf(columns) }
}

/** The table after `ALTER TABLE … ADD COLUMN`. */
export function withColumn(table: CapturedTable, column: CapturedColumn): CapturedTable {
  const columns = [...table.columns, column]
  return { ...table, columns, forms: formsOf(columns) }
}

const formsOf = (columns: readonly CapturedColumn[]): string =>
  JSON.stringify(Object.fromEntries(columns.map(({ name, type, semantic }) => [name, semantic ?? type])))

function connectTypeOf(type: string): Pick<CapturedColumn, 'type' | 'semantic'> {
  if (type === 'bigint') return { type: 'int64' }
  if (type === 'integer') return { type: 'int32' }
  if (type === 'double precision') return { type: 'float64' }
  if (type.startsWith('timestamp')) return { type: 'int64', semantic: 'io.debezium.time.MicroTimestamp' }
  return { type: 'string' }
}
