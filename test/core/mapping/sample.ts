/** A small source with its contracts, and a mapping without mistakes: what tests of this room begin with. */
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { type Catalog, type Column, type Table, type TableName, tableName } from '../../../src/core/catalog/catalog.ts'
import type { Contract } from '../../../src/core/event/contract/contract.ts'
import type { MappingSurroundings } from '../../../src/core/mapping/check/check-context.ts'
import { checkMapping } from '../../../src/core/mapping/check/check-mapping.ts'
import type { CompiledMapping } from '../../../src/core/mapping/compiled-mapping.ts'
import { contractOf } from '../event/contracts.ts'
import { settings } from '../expression/scopes.ts'

const column = (name: string, type: string, rest: Partial<Column> = {}): Column => ({
  name,
  type,
  nullable: false,
  ...rest,
})

const table = (name: string, columns: readonly Column[], rest: Partial<Table> = {}): Table => ({
  name: tableName('public', name),
  columns,
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity: 'full',
  ...rest,
})

const tables = [
  table('orders', [
    column('id', 'bigint'),
    column('store_no', 'integer'),
    column('status', 'character(1)', { values: ['N', 'S', 'X'] }),
    column('total_cents', 'bigint'),
    column('ship_dt', 'integer', { nullable: true }),
    column('note', 'text', { nullable: true }),
    column('email', 'character varying(80)', { nullable: true, pii: 'email' }),
    column('created_at', 'timestamp without time zone'),
  ]),
  table(
    'order_lines',
    [
      column('order_id', 'bigint'),
      column('line_no', 'integer'),
      column('sku', 'character(6)'),
      column('qty', 'integer'),
      column('shape', 'polygon', { nullable: true }),
    ],
    { primaryKey: ['order_id', 'line_no'] },
  ),
  table('payments', [
    column('id', 'bigint'),
    column('order_id', 'bigint'),
    column('method', 'smallint'),
    column('gift', 'boolean', { nullable: true }),
  ]),
  table('products', [column('id', 'bigint'), column('name', 'text')], { replicaIdentity: 'default' }),
]

export const catalog: Catalog = {
  source: 'shop',
  kind: 'postgres',
  tables: new Map(tables.map((found): [TableName, Table] => [found.name, found])),
}

const doc = 'what it means'
const record = (name: string, fields: readonly object[]): object => ({
  type: 'record',
  name,
  namespace: 'com.acme.orders',
  owner: 'sales-team',
  doc,
  fields: fields.map((field) => ({ doc, ...field })),
})
const optional = (name: string, type: unknown): object => ({ name, type: ['null', type], default: null })
const date = { type: 'int', logicalType: 'date' }

const schemas = [
  record('OrderPlaced', [
    { name: 'orderId', type: 'string' },
    { name: 'storeNo', type: 'int' },
    { name: 'status', type: 'string' },
    { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 19, scale: 2 } },
    optional('method', 'string'),
    optional('note', 'string'),
    {
      name: 'lines',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'OrderLine',
          fields: [
            { name: 'sku', type: 'string', doc },
            { name: 'quantity', type: 'int', doc },
          ],
        },
      },
    },
  ]),
  record('OrderShipped', [
    { name: 'orderId', type: 'string' },
    { name: 'shippedOn', type: date },
  ]),
  record('OrderRemoved', [{ name: 'orderId', type: 'string' }]),
]

export const contracts: ReadonlyMap<string, Contract> = new Map(
  schemas.map((schema): [string, Contract] => {
    const contract = contractOf(schema)
    return [`${contract.event}.v${contract.version}`, contract]
  }),
)

export const surroundings: MappingSurroundings = {
  catalog,
  settings,
  contracts,
  codeFile: (path) => (path === 'codes/methods.yaml' ? '1: CARD\n2: TRANSFER\n' : null),
  pseudonymKeys: new Map([['customer-email', Buffer.from('a key of the tests')]]),
  isOwnTopic: topicNames('').isOwn,
  keepsRows: () => false,
}

export const sources: ReadonlyMap<string, MappingSurroundings> = new Map([['shop', surroundings]])

/** Line numbers are part of what tests expect. */
export const sound = `mapping: orders
format: 1
owner: sales-team
source: shop
tables: {orders: public.orders, lines: public.order_lines, payments: public.payments, products: public.products}
defaults: {namespace: com.acme.orders, topic: orders.v1, key: "string(row.id)"}
codes:
  status: {values: {N: NEW, S: SHIPPED, X: CANCELLED}, unknown: error}
  method: {values: {1: CARD, 2: TRANSFER}, unknown: {value: OTHER}}
rules:
  - name: placed
    on: {table: orders, op: insert}
    with:
      items: {table: lines, op: insert, match: {order_id: row.id}, rows: 1..500, orderBy: line_no}
      payment: {table: payments, op: insert, match: {order_id: row.id}, rows: 0..1}
    let:
      id: "string(after.id)"
    publish:
      - event: OrderPlaced
        fields:
          orderId: "id"
          storeNo: "after.store_no"
          status: "status(after.status)"
          total: "scaled(after.total_cents, 2)"
          method: "method(payment.method)"
          note: "after.note"
          lines: {each: items, as: line, fields: {sku: "trim(line.sku)", quantity: "line.qty"}}
  - name: shipped
    on: {table: orders, op: update, changed: [status]}
    when: "before.status != 'S' && after.status == 'S'"
    publish:
      - event: OrderShipped
        fields: {orderId: "string(after.id)", shippedOn: "ymd(coalesce(after.ship_dt, 0))"}
  - name: removed
    on: {table: orders, op: delete}
    publish:
      - event: OrderRemoved
        fields: {orderId: "string(before.id)"}
onError: {default: deadLetter}
`

/** The sound mapping with other text in one place. */
export function soundBut(from: string, to: string): string {
  if (sound.split(from).length !== 2) throw new Error(`not once in the sound mapping: ${from}`)
  return sound.replace(from, () => to)
}

/** The sound mapping with other rules, or none. */
export const soundWithRules = (rules: string): string =>
  `${sound.slice(0, sound.indexOf('rules:'))}${rules}\n${sound.slice(sound.indexOf('onError:'))}`

/** A mapping without mistakes, compiled. */
export function compiled(text: string): CompiledMapping {
  const { mapping, problems } = checkMapping({ text, file: 'orders.yaml' }, sources)
  if (mapping === null) throw new Error(problems.map(({ place, message }) => `${place.line} ${message}`).join('\n'))
  return mapping
}
