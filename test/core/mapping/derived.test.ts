/** Rules and what foreign keys change, of which the log has nothing. */
import { describe, expect, it } from 'vitest'
import type { ForeignKey } from '../../../src/core/catalog/catalog.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { eventId } from '../../../src/core/event/identity.ts'
import type { MappingSurroundings } from '../../../src/core/mapping/check/check-context.ts'
import { checkMapping } from '../../../src/core/mapping/check/check-mapping.ts'
import type { CompiledMapping } from '../../../src/core/mapping/compiled-mapping.ts'
import type { TransactionIdentity } from '../../../src/core/event/identity.ts'
import { type Change, deleted, eventOf, inserted, line, order, rekeyed, translated, updated } from './rows.ts'
import { catalog, sound, soundBut, sources } from './sample.ts'

const orders = tableName('public', 'orders')
const stores: ForeignKey = {
  columns: ['store_no'],
  references: tableName('public', 'stores'),
  referencedColumns: ['no'],
  onDelete: 'cascade',
  onUpdate: 'cascade',
}

/** The sample with a foreign key of its orders. */
function withKey(key: Partial<ForeignKey>, keepsRows: boolean): ReadonlyMap<string, MappingSurroundings> {
  const [shop] = sources.values()
  const table = catalog.tables.get(orders)
  if (shop === undefined || table === undefined) throw new Error('not in the sample')
  // A type that both kinds of databases have.
  const columns = table.columns.map((column) => (column.name === 'store_no' ? { ...column, type: 'smallint' } : column))
  const tables = new Map(catalog.tables).set(orders, { ...table, columns, foreignKeys: [{ ...stores, ...key }] })
  return new Map([['shop', { ...shop, catalog: { ...catalog, tables }, keepsRows: () => keepsRows }]])
}

const said = (text: string, key: Partial<ForeignKey> = {}, keepsRows = true): readonly string[] =>
  checkMapping({ text, file: 'orders.yaml' }, withKey(key, keepsRows)).problems.map(
    ({ severity, code, message, hint }) => `${severity} ${code} ${message} | ${hint ?? ''}`,
  )

const saying = (derived: boolean): string => sound.replaceAll('on: {table: orders, ', `$&derived: ${derived}, `)

function compiled(text: string): CompiledMapping {
  const { mapping } = checkMapping({ text, file: 'orders.yaml' }, withKey({}, true))
  if (mapping === null) throw new Error('a mistake')
  return mapping
}

const derived = (change: Change): Change => ({ ...change, derived: true })

describe('a rule on a table whose rows foreign keys change', () => {
  it('is warned of that, once for each that says nothing of it and is on what they do', () => {
    const warning =
      'warning FW2331 the database changes rows of public.orders by store_no → public.stores ON DELETE CASCADE ON UPDATE CASCADE and logs nothing of it | derived: true, and the rule fires for these changes; derived: false, if it need not'
    expect(said(sound)).toEqual([warning, warning])
    expect(said(saying(true))).toEqual([])
    expect(said(saying(false))).toEqual([])
  })

  it('is not warned where the database logs it, or the key forbids it', () => {
    const { columns, references, referencedColumns, onDelete } = stores
    const logged: ForeignKey = { columns, references, referencedColumns, onDelete }
    const shop = withKey({}, true).get('shop')
    const table = shop?.catalog.tables.get(orders)
    if (shop === undefined || table === undefined) throw new Error('not in the sample')
    const tables = new Map(shop.catalog.tables).set(orders, { ...table, foreignKeys: [logged] })
    const postgres = new Map([['shop', { ...shop, catalog: { ...shop.catalog, tables } }]])
    expect(checkMapping({ text: sound, file: 'orders.yaml' }, postgres).problems).toEqual([])
    expect(said(sound, { onDelete: 'restrict', onUpdate: 'no action' })).toEqual([])
  })

  it('cannot have its changes from rows that are not kept, or that only the database finds', () => {
    const text = saying(true)
    const errors = (...more: readonly string[]): unknown => expect.arrayContaining([...more])
    expect(said(text, {}, false)).toEqual(
      errors(
        'error FW2330 what foreign keys change in public.orders is known from its rows alone, and they are not kept | take public.orders out of rows.exclude in falsework.yaml',
      ),
    )
    expect(said(text, { onDelete: 'set default' })).toEqual(
      errors(
        'error FW2332 public.orders has store_no → public.stores ON DELETE SET DEFAULT ON UPDATE CASCADE, whose rows only the database can find | let the application change these rows itself, under RESTRICT',
      ),
    )
  })

  it('wants nothing that there is not', () => {
    const text = soundBut('on: {table: orders, op: delete}', 'on: {table: orders, op: delete, derived: true}')
    const { problems } = checkMapping({ text, file: 'orders.yaml' }, sources)
    expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'FW2007 no foreign key changes rows of public.orders without a word in the log',
    ])
  })
})

describe('what a foreign key has changed', () => {
  const gone = derived(deleted('orders', order(7)))

  it('fires rules that say derived, and no others', () => {
    expect(translated([compiled(saying(false))], [gone])).toEqual([])
    const [removed] = translated([compiled(saying(true))], [gone])
    expect(eventOf(removed).publication.event).toBe('OrderRemoved')
    expect(eventOf(removed).anchor).toEqual({ table: orders, ordinal: 0, order: 0, offset: 101, derived: true })
  })

  it('leaves the ids of what is logged as they are without it, and has others', () => {
    const logged = deleted('orders', order(8))
    const [, alone] = translated([compiled(saying(true))], [gone, logged])
    expect(eventOf(alone).anchor).toMatchObject({ ordinal: 0 })
    const parts = {
      transaction: 't' as TransactionIdentity,
      table: orders,
      ordinal: 0,
      event: 'E',
      version: 1,
      index: 0,
    }
    const ids = [{}, { derived: true }, { group: 'entered' }, { group: 'entered', derived: true }] as const
    expect(new Set(ids.map((more) => eventId({ ...parts, ...more }))).size).toBe(4)
  })

  it('is part of the net change of a row that the log has changed, too', () => {
    const placed = [
      inserted('orders', order(7)),
      inserted('order_lines', line(7, 1)),
      derived(updated('orders', order(7), order(7, { store_no: 2 }))),
    ]
    const [event] = translated([compiled(saying(false))], placed)
    expect(eventOf(event).fields).toMatchObject({ orderId: '7', storeNo: 2 })
  })

  it('is no event for who did not ask, where it ends a row that was updated before', () => {
    const shipped = updated('orders', order(7), order(7, { status: 'S' }))
    const ended = derived(deleted('orders', order(7, { status: 'S' })))
    expect(translated([compiled(saying(false))], [shipped, ended])).toEqual([])
    const [removed] = translated([compiled(saying(true))], [shipped, ended])
    expect(eventOf(removed).publication.event).toBe('OrderRemoved')
  })

  it('is no unmapped re-key for who did not ask', () => {
    const halves = rekeyed(order(7), order(8)).map(derived)
    expect(translated([compiled(saying(false))], halves)).toEqual([])
    const [unmapped] = translated([compiled(saying(true))], halves)
    expect(unmapped?.kind).toBe('failed')
  })
})
