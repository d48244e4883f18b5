/** A source with rows to look up, a mapping that looks one up, and what comes of fixtures for it. */
import {
  type Catalog,
  type Column,
  type Table,
  type TableName,
  tableName,
} from '../../../../src/core/catalog/catalog.ts'
import type { Contract } from '../../../../src/core/event/contract/contract.ts'
import type { Problem } from '../../../../src/core/diagnostics/problem.ts'
import { checkMapping, type CheckedMapping } from '../../../../src/core/mapping/check/check-mapping.ts'
import type { CompiledMapping } from '../../../../src/core/mapping/compiled-mapping.ts'
import { type FixtureRun, runFixtures } from '../../../../src/core/mapping/fixtures/run-fixtures.ts'
import { isStored } from '../../../../src/core/rows/stored/stored-catalog.ts'
import { contractOf } from '../../event/contracts.ts'
import { settings } from '../../expression/scopes.ts'
import { surroundings } from '../sample.ts'

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
  replicaIdentity: 'default',
  ...rest,
})

const nullable = { nullable: true }

const tables = [
  table('orders', [
    column('id', 'bigint'),
    column('customer_id', 'bigint', nullable),
    column('buyer_id', 'bigint'),
    column('sku', 'character(6)'),
    column('name', 'text', nullable),
  ]),
  table(
    'customers',
    [
      column('id', 'bigint'),
      column('email', 'citext', { ...nullable, pii: 'email' }),
      column('login', 'citext'),
      column('country_id', 'integer', nullable),
      column('legal_name', 'text', { collation: 'nondeterministic' }),
    ],
    { uniqueKeys: [['login']] },
  ),
  table('countries', [column('id', 'integer'), column('code', 'character(2)'), column('zone', 'integer', nullable)]),
  table('zones', [column('id', 'integer'), column('name', 'text')]),
  table('products', [column('sku', 'character(6)'), column('name', 'text')], { primaryKey: ['sku'] }),
  table(
    'lines',
    [
      column('order_id', 'bigint'),
      column('line_no', 'integer'),
      column('sku', 'character varying(6)'),
      column('qty', 'integer', nullable),
      column('kind', 'text'),
    ],
    { primaryKey: ['order_id', 'line_no'] },
  ),
  table('meta', [
    column('id', 'bigint'),
    column('order_id', 'bigint'),
    column('meta_key', 'text'),
    column('meta_value', 'text', { ...nullable, pii: 'free text' }),
  ]),
  table('audit', [column('order_id', 'bigint')], { primaryKey: [] }),
  table('notes', [column('id', 'bigint')], { replicaIdentity: 'nothing' }),
]

export const lookupCatalog: Catalog = {
  source: 'shop',
  kind: 'postgres',
  tables: new Map(tables.map((found): [TableName, Table] => [found.name, found])),
}

const told = (name: string, type: unknown): object => ({ name, type: ['null', type], default: null, doc: 'what it is' })

/** Every field may be null, so that a mapping has what its test is about and no more. */
const contract = contractOf({
  type: 'record',
  name: 'OrderTold',
  namespace: 'com.acme.orders',
  owner: 'sales-team',
  doc: 'What is known of an order.',
  fields: [
    told('text', 'string'),
    told('number', 'int'),
    told('yes', 'boolean'),
    told('texts', { type: 'array', items: 'string' }),
    told('lines', {
      type: 'array',
      items: { type: 'record', name: 'ToldLine', fields: [told('sku', 'string'), told('name', 'string')] },
    }),
  ],
})

const contracts: ReadonlyMap<string, Contract> = new Map([['OrderTold.v1', contract]])

export interface LookupMapping {
  /** Lines under `lookups:`, with the two blanks before them. */
  readonly lookups: string
  /** What stands behind `fields:`. */
  readonly fields: string
  /** Lines of the rule beside `on` and `publish`. */
  readonly rule?: string
  /** What stands beside `event`. */
  readonly event?: string
}

/** The look-ups begin in line 7. */
export const lookupText = ({ lookups, fields, rule = '', event = '' }: LookupMapping): string => `mapping: orders
format: 1
owner: sales-team
source: shop
tables: {orders: public.orders, customers: public.customers, countries: public.countries, zones: public.zones, products: public.products, lines: public.lines, meta: public.meta, audit: public.audit, notes: public.notes}
lookups:
${lookups}
defaults: {topic: orders.v1, key: "string(after.id)"}
rules:
  - name: told
    on: {table: orders, op: insert}
${rule}    publish:
      - {event: OrderTold, ${event}fields: ${fields}}
`

/** `excluded`: tables whose rows are not kept. */
export function checked(text: string, excluded: readonly string[] = []): CheckedMapping {
  const keepsRows = (table: Table): boolean => isStored(table) && !excluded.includes(table.name)
  const sources = new Map([['shop', { ...surroundings, catalog: lookupCatalog, contracts, keepsRows }]])
  return checkMapping({ text, file: 'orders.yaml' }, sources)
}

export function compiledLookups(mapping: LookupMapping): CompiledMapping {
  const { mapping: compiled, problems } = checked(lookupText(mapping))
  if (compiled === null) throw new Error(problems.map(spelled).join('\n'))
  return compiled
}

/** `line:column+length code name: message | hint` */
export function spelled({ severity, code, name, message, place, hint }: Problem): string {
  const { line, column: at, length } = place
  const label = severity === 'warning' ? 'warning ' : ''
  return `${line}:${at}+${length} ${label}${code} ${name}: ${message}${hint === undefined ? '' : ` | ${hint}`}`
}

export interface Case {
  /** YAML of `given.rows`. */
  readonly rows: string
  /** Of the order that is inserted, beside its id 1, buyer 7 and sku. */
  readonly order?: string
  /** Further changes of the transaction, one in a line. */
  readonly changes?: readonly string[]
  readonly expect: string
  /** Further tests of the file. */
  readonly more?: string
}

/** What differs from the expectation; nothing where all is as it says. */
export function differences(mapping: LookupMapping, given: Case): string[] {
  const { cases, problems } = fixtureRun(mapping, given)
  return [
    ...cases.flatMap((found) => found.differences.map(({ path, expected, got }) => `${path}: ${expected}, got ${got}`)),
    ...problems.map(spelled),
  ]
}

/** A fixture file of one test, or more of them, run against the mapping. */
export function fixtureRun(
  mapping: LookupMapping,
  { rows, order = '', changes = [], expect, more = '' }: Case,
): FixtureRun {
  const inserted = `{table: orders, op: insert, after: {id: 1, buyer_id: 7, sku: A-1${order === '' ? '' : `, ${order}`}}}`
  const text = `mapping: orders
tests:
  - name: one
    given:
      rows: ${rows}
      transaction:
${[inserted, ...changes].map((change) => `        - ${change}`).join('\n')}
    expect: [${expect}]
${more}`
  const compiled = compiledLookups(mapping)
  return runFixtures({ file: 'orders.test.yaml', text }, new Map([['orders', { mapping: compiled, settings }]]))
}
