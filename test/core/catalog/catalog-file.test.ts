import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Catalog, type Column, type Table, tableName, type Trigger } from '../../../src/core/catalog/catalog.ts'
import { provenKeys } from '../../../src/core/catalog/proven-keys.ts'
import { mergePulled, parseCatalog, serializeCatalog } from '../../../src/core/catalog/catalog-file.ts'

const text = `{
  "source": "shop",
  "kind": "postgres",
  "tables": [
    {
      "name": "public.customers",
      "comment": "People who buy.",
      "replicaIdentity": "full",
      "primaryKey": ["id"],
      "uniqueKeys": [
        ["email"]
      ],
      "foreignKeys": [],
      "columns": [
        {
          "name": "id",
          "type": "bigint",
          "nullable": false
        },
        {
          "name": "email",
          "type": "text",
          "nullable": true,
          "pii": "email",
          "toastable": true
        }
      ]
    },
    {
      "name": "public.orders",
      "replicaIdentity": "default",
      "primaryKey": ["id"],
      "uniqueKeys": [],
      "foreignKeys": [
        {
          "columns": ["customer_id"],
          "references": "public.customers",
          "referencedColumns": ["id"],
          "onDelete": "cascade"
        }
      ],
      "columns": [
        {
          "name": "id",
          "type": "bigint",
          "nullable": false
        },
        {
          "name": "customer_id",
          "type": "bigint",
          "nullable": false,
          "comment": "who pays"
        },
        {
          "name": "status",
          "type": "character(1)",
          "nullable": false,
          "values": ["N", "P"]
        }
      ]
    }
  ]
}
`
const read = (source: string): Catalog => {
  const parsed = parseCatalog({ text: source, file: 'catalog/shop.json' })
  if (parsed.kind === 'refused') throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.catalog
}
const name = fc.string({ minLength: 1 })
const column: fc.Arbitrary<Column> = fc.record(
  {
    name,
    type: name,
    nullable: fc.boolean(),
    values: fc.array(name),
    pii: name,
    toastable: fc.boolean(),
    collation: fc.constantFrom('nondeterministic' as const, 'padded' as const),
    zeroDates: fc.constant(true),
    comment: name,
  },
  { requiredKeys: ['name', 'type', 'nullable'] },
)
const trigger: fc.Arbitrary<Trigger> = fc.record(
  {
    name,
    timing: fc.constantFrom('before', 'after'),
    events: fc.subarray(['insert', 'update', 'delete', 'truncate'] as const),
    disabled: fc.constant(true),
  },
  { requiredKeys: ['name', 'timing', 'events'] },
)
const table: fc.Arbitrary<Table> = fc
  .record({
    columns: fc.uniqueArray(column, { minLength: 1, selector: (each) => each.name }),
    table: name,
    triggers: fc.array(trigger, { minLength: 1 }),
  })
  .map(({ columns, table: short, triggers }) => ({
    name: tableName('public', short),
    columns,
    primaryKey: columns.slice(0, 1).map((each) => each.name),
    uniqueKeys: [columns.map((each) => each.name)],
    foreignKeys: [],
    triggers,
    replicaIdentity: null,
  }))

describe('a catalog file', () => {
  it('is read and written as the same text', () => {
    expect(serializeCatalog(read(text))).toBe(text)
  })

  it('gives back any catalog', () => {
    fc.assert(
      fc.property(fc.uniqueArray(table, { selector: (each) => each.name }), (tables) => {
        const catalog: Catalog = {
          source: 'shop',
          kind: 'mariadb',
          tables: new Map(tables.map((each) => [each.name, each])),
        }
        const again = read(serializeCatalog(catalog))
        expect(new Map([...again.tables].toSorted())).toEqual(new Map([...catalog.tables].toSorted()))
      }),
    )
  })

  it('does not depend on the order of its tables', () => {
    const catalog = read(text)
    const reversed = { ...catalog, tables: new Map([...catalog.tables].toReversed()) }
    expect(serializeCatalog(reversed)).toBe(text)
  })

  it.each([
    ['{', 'FW2501', /^not JSON: expected a key in quotes, got the end$/, 1],
    [text.replace('"pii": "email"', '"type": "text"'), 'FW2502', /^tables\[0\].columns\[1\]: type is there twice$/, 24],
    [
      text.replace('"postgres"', '"oracle"'),
      'FW2502',
      /^kind: expected one of postgres, mariadb, mysql, got "oracle"$/,
      3,
    ],
    [text.replace('"pii"', '"pi"'), 'FW2502', /^tables\[0\].columns\[1\]: unknown key pi$/, 24],
    [
      text.replace('"nullable": false', '"nullable": 0'),
      'FW2502',
      /columns\[0\].nullable: expected true or false, got 0$/,
      18,
    ],
    [text.replace('"primaryKey": ["id"]', '"primaryKey": ["no"]'), 'FW2502', /public.customers has no column no/, 9],
    [
      text.replace('"public.orders"', '"public.customers"'),
      'FW2502',
      /^tables\[1\].name: table public.customers is there twice$/,
      30,
    ],
    [text.replace('"public.orders"', '"orders"'), 'FW2502', /name: expected schema.table, got "orders"$/, 30],
    [text.replace('["email"]', '"email"'), 'FW2502', /uniqueKeys\[0\]: expected a list, got "email"$/, 11],
    [text.replace('"replicaIdentity": "full",', ''), 'FW2502', /^tables\[0\].replicaIdentity is missing$/, 5],
    [text.replace('"cascade"', '"drop"'), 'FW2502', /onDelete: expected one of no action, .*, got "drop"/, 39],
    ['[]', 'FW2502', /expected a map, got an empty list/, 1],
  ])('is refused with the place of the mistake (case %#)', (source, code, message, line) => {
    const parsed = parseCatalog({ text: source, file: 'catalog/shop.json' })
    const problem = parsed.kind === 'refused' ? parsed.problems[0] : null
    expect(problem).toMatchObject({ code, place: { line } })
    expect(problem?.message).toMatch(message)
  })

  it('keeps, after a pull, what people noted, and nothing of what the database no longer has', () => {
    const customers = tableName('public', 'customers')
    const pulledColumns: readonly Column[] = [
      { name: 'email', type: 'character varying(80)', nullable: false },
      { name: 'phone', type: 'text', nullable: true },
    ]
    const pulledTable: Table = {
      name: customers,
      columns: pulledColumns,
      primaryKey: [],
      uniqueKeys: [],
      foreignKeys: [],
      replicaIdentity: 'default',
    }
    const merged = mergePulled(
      { source: 'shop', kind: 'postgres', tables: new Map([[customers, pulledTable]]) },
      read(text),
    )
    expect([...merged.tables.keys()]).toEqual([customers])
    expect(merged.tables.get(customers)).toEqual({
      ...pulledTable,
      comment: 'People who buy.',
      columns: [{ ...pulledColumns[0], pii: 'email' }, pulledColumns[1]],
    })
  })

  it('prefers the comments of the database to those of the old file', () => {
    const old = read(text)
    const orders = tableName('public', 'orders')
    const table = old.tables.get(orders)
    const columns = table?.columns.map((each) => ({ ...each, comment: 'from the database' })) ?? []
    const pulled: Catalog = {
      ...old,
      tables: new Map([[orders, { ...read(text).tables.get(orders), columns } as Table]]),
    }
    const merged = mergePulled(pulled, old).tables.get(orders)
    expect(merged?.columns.map(({ comment }) => comment)).toEqual(columns.map(() => 'from the database'))
  })
})

describe('a proven key', () => {
  const proven = (edit: (text: string) => string): unknown => {
    const parsed = parseCatalog({ text: edit(text), file: 'catalog/shop.json' })
    if (parsed.kind === 'refused') throw new Error(parsed.problems[0]?.message)
    const catalog = parsed.catalog
    expect(serializeCatalog(catalog)).toBe(edit(text))
    return provenKeys(catalog.tables.get(tableName('public', 'customers')) ?? never())
  }
  const never = (): never => {
    throw new Error('no table')
  }

  it('is the primary key', () => {
    expect(proven((file) => file)).toStrictEqual([['id']])
  })

  it('is none when the primary key is deferrable, or what was is made up', () => {
    const deferrable = '"primaryKey": ["id"],\n      "deferrablePrimaryKey": true,'
    expect(proven((file) => file.replace('"primaryKey": ["id"],', deferrable))).toStrictEqual([])
    expect(proven((file) => file.replace('"full"', '"index"'))).toStrictEqual([])
    expect(proven((file) => file.replace('"full"', '"nothing"'))).toStrictEqual([])
  })

  it('is a unique key without a primary key, of columns that are NOT NULL', () => {
    const keyless = (file: string): string => file.replace('"primaryKey": ["id"]', '"primaryKey": []')
    expect(proven(keyless)).toStrictEqual([])
    expect(proven((file) => keyless(file).replace('["email"]', '["id"]'))).toStrictEqual([['id']])
  })
})
