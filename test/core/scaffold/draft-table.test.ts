/** Drafts of tables with every type and with names that nobody wanted: they hold as they stand. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testProject } from '../../../src/app/project/test-project.ts'
import { validateProject } from '../../../src/app/project/validate-project.ts'
import type { Project } from '../../../src/app/project/project-texts.ts'
import { serializeCatalog } from '../../../src/core/catalog/catalog-file.ts'
import { type Column, type Table, tableName } from '../../../src/core/catalog/catalog.ts'
import { postgresTypes } from '../../../src/core/capture/decode/postgres-types.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { type Draft, draftTable } from '../../../src/core/scaffold/draft-table.ts'
import { draftNames, fieldNames } from '../../../src/core/scaffold/draft-names.ts'
import { connectorSettings, captureSettingsOfShop } from './shop-connector.ts'
import { runs } from '../../runs.ts'

const scalars = [
  ...postgresTypes.keys(),
  'numeric(10,2)',
  'numeric(3,5)',
  'numeric(4,-2)',
  'character(3)',
  'point',
  'hstore',
]
const types = [...scalars, ...scalars.map((type) => `${type}[]`)]

const tableOf = (columns: readonly Column[], primaryKey: readonly string[] = ['id'], name = 'things'): Table => ({
  name: tableName('public', name),
  columns,
  primaryKey,
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity: 'default',
})
const id: Column = { name: 'id', type: 'bigint', nullable: false }

/** What is said of every draft until somebody has finished it. */
const ofDrafts = ['contract-draft', 'owner-not-named']

/** Problems and failed cases of a project of that draft alone. */
function mistakesOf(draft: Draft, table: Table): readonly string[] {
  const ending = (end: string): Draft['files'] => draft.files.filter(({ path }) => path.endsWith(end))
  const fixtures = ending('.test.yaml')
  const catalog = serializeCatalog({ source: 'shop', kind: 'postgres', tables: new Map([[table.name, table]]) })
  const project: Project = {
    texts: {
      mappings: ending('.yaml').filter((file) => !fixtures.includes(file)),
      fixtures,
      contracts: ending('.avsc'),
      codes: [],
      catalogs: [{ path: 'catalog/shop.json', text: catalog }],
      connectors: [{ path: 'connectors/shop.json', text: connectorSettings }],
    },
    sources: new Map([['shop', { name: 'shop', connector: 'connectors/shop.json' }]]),
    keys: new Map(),
  }
  const checked = validateProject(project, topicNames('', ''))
  const runs = testProject(project, checked).flatMap(({ problems, cases }) => [
    ...problems,
    ...cases.flatMap(({ differences }) => differences.map(({ path, expected, got }) => ({ path, expected, got }))),
  ])
  const isOfConnector = ({ place }: { readonly place: { readonly file: string } }): boolean =>
    place.file.startsWith('connectors/')
  const mistakes = checked.problems.filter((one) => !isOfConnector(one) && !ofDrafts.includes(one.name))
  return [...mistakes, ...runs].map((one) => JSON.stringify(one))
}

function drafted(table: Table): Draft {
  const draft = draftTable({ source: 'shop', table }, captureSettingsOfShop)
  if (typeof draft === 'string') throw new Error(draft)
  return draft
}

describe('the draft of a table', () => {
  it.each(types)('holds with columns of %s, nullable, required and of personal data', (type) => {
    const table = tableOf([
      id,
      { name: 'some', type, nullable: true },
      { name: 'must', type, nullable: false },
      { name: 'own', type, nullable: false, pii: 'name' },
    ])
    expect(mistakesOf(drafted(table), table)).toEqual([])
  })

  it.each(types)('holds with a key of %s, or none is made', (type) => {
    const table = tableOf([
      { name: 'id', type, nullable: false },
      { ...id, name: 'other' },
    ])
    const draft = draftTable({ source: 'shop', table }, captureSettingsOfShop)
    expect(typeof draft === 'string' ? [] : mistakesOf(draft, table)).toEqual([])
    if (typeof draft === 'string') expect(draft).toContain('its key column id cannot be the key of events')
  })

  it('holds for any name of a table and of its columns', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }).filter((text) => !/[\0\ud800-\udfff]/.test(text)),
      fc.constantFrom('in', 'null', 'group', 'Order Lines', "it's", '2fa', 'y', 'rows', '{a: b}', '# c', '"', '\\'),
    )
    fc.assert(
      fc.property(name, fc.uniqueArray(name, { maxLength: 4 }), (called, columns) => {
        const table = tableOf(
          [id, ...columns.map((one) => ({ name: one, type: 'text', nullable: true }))],
          ['id'],
          called,
        )
        fc.pre(!columns.includes('id'))
        expect(mistakesOf(drafted(table), table)).toEqual([])
      }),
      { numRuns: runs(30) },
    )
  })

  it('leaves out columns whose names look like personal data, and holds', () => {
    const table = tableOf([
      id,
      { name: 'nachname', type: 'text', nullable: false },
      { name: 'geburtsdatum', type: 'date', nullable: true },
      { name: 'status', type: 'text', nullable: false },
    ])
    const draft = drafted(table)
    const mapping = draft.files.find(({ path }) => path === 'mappings/things.yaml')?.text
    expect(mapping).toContain('#   nachname looks like personal data (name) and has no tag')
    expect(mapping).not.toMatch(/^[^#]*(nachname|geburtsdatum)/m)
    expect(draft.look).toContainEqual(expect.stringMatching(/^left out: geburtsdatum looks like .*birth date/))
    expect(mistakesOf(draft, table)).toEqual([])
  })

  it('is not made with a key that looks like personal data, and says so', () => {
    const table = tableOf([{ name: 'email', type: 'text', nullable: false }], ['email'])
    expect(draftTable({ source: 'shop', table }, captureSettingsOfShop)).toBe(
      'its key column email cannot be the key of events as it is (it looks like personal data (email) and has no tag): write the mapping by hand',
    )
  })

  it('takes the values that the database would take', () => {
    const table = tableOf([id, { name: 'status', type: 'text', nullable: false, values: ['NEW', 'PAID'] }])
    const draft = drafted(table)
    expect(draft.files.find(({ path }) => path === 'mappings/things.test.yaml')?.text).toContain(
      'set: {status: "PAID"}',
    )
    expect(draft.look).toContain('values: status holds NEW, PAID: a code table, or rules')
    expect(mistakesOf(draft, table)).toEqual([])
  })

  it('stands on a unique key where there is no primary key', () => {
    const table: Table = { ...tableOf([id], []), uniqueKeys: [['id']], replicaIdentity: 'full' }
    expect(drafted(table).look).toContain('identity: no primary key, a unique key stands in')
    expect(mistakesOf(drafted(table), table)).toEqual([])
  })

  it('says what the triggers of the table may write', () => {
    const { look } = drafted({
      ...tableOf([id]),
      triggers: [
        { name: 'touch', timing: 'before', events: ['insert', 'update'] },
        { name: 'audit', timing: 'after', events: ['update'] },
        { name: 'old', timing: 'after', events: ['delete'], disabled: true },
      ],
    })
    expect(look.filter((one) => one.startsWith('trigger'))).toEqual([
      'trigger: touch (before insert, update) may change rows before they are written, and write to other tables in the same transaction',
      'trigger: audit (after update) may write to other tables in the same transaction',
      'trigger: old (after delete) is disabled',
    ])
  })

  it('has no rule on updates where nothing beside the key is published', () => {
    const table = tableOf([id])
    expect(drafted(table).files.map(({ path }) => path)).not.toContain('contracts/ThingChanged.v1.avsc')
    expect(mistakesOf(drafted(table), table)).toEqual([])
  })
})

describe('the names of a draft', () => {
  it.each([
    ['orders', 'orders', 'Order'],
    ['order_lines', 'order-lines', 'OrderLine'],
    ['countries', 'countries', 'Country'],
    ['boxes', 'boxes', 'Box'],
    ['addresses', 'addresses', 'Address'],
    ['releases', 'releases', 'Release'],
    ['status', 'status', 'Status'],
    ['OrderItem', 'order-item', 'OrderItem'],
    ['2fa', 'n-2fa', 'N2fa'],
  ])('of %s are %s and %s', (table, mapping, noun) => {
    expect(draftNames(tableName('public', table))).toMatchObject({ mapping, noun, topic: `${mapping}.v1` })
  })

  it('have the schema in them unless it is public', () => {
    expect(draftNames(tableName('sales', 'orders'))).toMatchObject({ mapping: 'sales-orders', noun: 'SalesOrder' })
  })

  it('are no two alike among fields', () => {
    const names = fieldNames(['a_b', 'aB', 'a b', 'A_B', 'ab'])
    expect(new Set(names.values()).size).toBe(5)
  })
})
