/** The schemas that `JsonConverter` writes around keys and values of Debezium for PostgreSQL. */
import type { CapturedColumn, CapturedTable } from './captured-table.ts'

export interface Schemas {
  readonly key: string
  readonly value: string
}

interface Field {
  readonly type: string
  readonly optional: boolean
  readonly field: string
  readonly [member: string]: unknown
}

const field = (name: string, type: string, optional = false): Field => ({ type, optional, field: name })

const columnField = ({ name, type, semantic, optional }: CapturedColumn): Field => ({
  type,
  optional,
  ...(semantic === undefined ? {} : { name: semantic, version: 1 }),
  field: name,
})

const struct = (fields: readonly object[], name: string, more: object = {}): object => ({
  type: 'struct',
  fields,
  optional: false,
  name,
  ...more,
})

const times = ['ts_ms', 'ts_us', 'ts_ns'].map((name) => field(name, 'int64', true))

const source = struct(
  [
    ...['version', 'connector', 'name'].map((name) => field(name, 'string')),
    field('ts_ms', 'int64'),
    {
      type: 'string',
      optional: true,
      name: 'io.debezium.data.Enum',
      version: 1,
      parameters: { allowed: 'true,first,first_in_data_collection,last_in_data_collection,last,false,incremental' },
      default: 'false',
      field: 'snapshot',
    },
    field('db', 'string'),
    field('sequence', 'string', true),
    field('ts_us', 'int64', true),
    field('ts_ns', 'int64', true),
    field('schema', 'string'),
    field('table', 'string'),
    ...['txId', 'lsn', 'xmin'].map((name) => field(name, 'int64', true)),
    field('origin', 'string', true),
    field('origin_lsn', 'int64', true),
  ],
  'io.debezium.connector.postgresql.Source',
  { version: 1, field: 'source' },
)

const block = struct(
  [field('id', 'string'), field('total_order', 'int64'), field('data_collection_order', 'int64')],
  'event.block',
  { optional: true, version: 1, field: 'transaction' },
)

export function rowSchemas(table: CapturedTable): Schemas {
  const name = `bench.${table.name}`
  const columns = table.columns.map(columnField)
  const image = (which: string): object => struct(columns, `${name}.Value`, { optional: true, field: which })
  const keyFields = table.columns.filter((column) => table.primaryKey.includes(column.name)).map(columnField)
  const members = [image('before'), image('after'), source, block, field('op', 'string'), ...times]
  return {
    key: JSON.stringify(struct(keyFields, `${name}.Key`)),
    value: JSON.stringify(struct(members, `${name}.Envelope`, { version: 2 })),
  }
}

const collections = {
  type: 'array',
  items: struct([field('data_collection', 'string'), field('event_count', 'int64')], 'event.collection', {
    version: 1,
  }),
  optional: true,
  field: 'data_collections',
}

export const boundarySchemas: Schemas = {
  key: JSON.stringify(
    struct([field('id', 'string')], 'io.debezium.connector.common.TransactionMetadataKey', { version: 1 }),
  ),
  value: JSON.stringify(
    struct(
      [
        field('status', 'string'),
        field('id', 'string'),
        field('event_count', 'int64', true),
        collections,
        field('ts_ms', 'int64'),
      ],
      'io.debezium.connector.common.TransactionMetadataValue',
      { version: 1 },
    ),
  ),
}
