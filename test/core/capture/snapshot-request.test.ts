import { describe, expect, it } from 'vitest'
import type { CaptureMessage } from '../../../src/core/capture/capture-message.ts'
import { asksFor, snapshotRequest } from '../../../src/core/capture/snapshot-request.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { decodeAll } from './raw-log-of.ts'
import { imageOf } from '../images.ts'

const data = { 'data-collections': ['shop.orders'], type: 'BLOCKING' }
const signal = { id: 's1', type: 'execute-snapshot', data: JSON.stringify(data) }
const withData = (value: unknown): typeof signal => ({ ...signal, data: JSON.stringify(value) })

describe('a row of a signal table', () => {
  it.each([
    ['in capitals', signal],
    ['in small letters', withData({ ...data, type: 'blocking' })],
    ['with members of a later release', withData({ ...data, 'additional-conditions': [], later: 1 })],
    ['in columns of other names', { key: 's1', what: 'execute-snapshot', with: signal.data }],
  ])('asks for a blocking snapshot, %s', (_, row) => {
    expect(snapshotRequest(imageOf(row))).toStrictEqual({
      kind: 'blocking',
      id: 's1',
      tables: ['shop.orders'],
      isPartial: false,
    })
  })

  it.each([
    ['by its name', withData({ ...data, type: 'Incremental' })],
    ['as the kind that goes without saying', withData({ 'data-collections': ['shop.orders'] })],
  ])('asks for an incremental snapshot, %s', (_, row) => {
    expect(snapshotRequest(imageOf(row))).toMatchObject({ kind: 'incremental', id: 's1', tables: ['shop.orders'] })
  })

  it.each([
    ['conditions', { 'additional-conditions': [{ 'data-collection': 'shop.orders', filter: 'id > 1' }] }],
    ['one condition, in the words of earlier releases', { 'additional-condition': 'id > 1' }],
  ])('asks for a part of the rows with %s', (_, conditions) => {
    expect(snapshotRequest(imageOf(withData({ ...data, ...conditions })))).toMatchObject({ isPartial: true })
  })

  it.each([
    ['a kind that is not known', withData({ ...data, type: 'full' })],
    ['no tables', withData({ type: 'BLOCKING' })],
    ['an empty list of tables', withData({ ...data, 'data-collections': [] })],
    ['a table that is no text', withData({ ...data, 'data-collections': ['shop.orders', 1] })],
    ['another thing', { ...signal, type: 'stop-snapshot' }],
    ['a word in capitals, which the connector does not know', { ...signal, type: 'EXECUTE-SNAPSHOT' }],
    ['nothing that can be read', { ...signal, data: '{' }],
    ['nothing that is an object', { ...signal, data: '1' }],
    ['nothing, being of another table', { ...signal, more: 1 }],
    ['nothing, having one column', { id: 's1' }],
  ])('asks for none with %s', (_, row) => {
    expect(snapshotRequest(imageOf(row))).toBeNull()
  })

  it.each([
    ['shop.orders', true],
    [' shop.orders ', true],
    ['"shop"."orders"', true],
    ['shop\\.ord.*', true],
    ['SHOP.ORDERS', true],
    ['shop.lines,shop.orders', true],
    ['orders', false],
    ['shop.order', false],
    ['shop.ord(?=ers)', false],
  ])('that names %s asks for shop.orders: %s', (table, asked) => {
    expect(asksFor({ tables: [table] }, tableName('shop', 'orders'))).toBe(asked)
  })

  it.each(['"a.b".c', 'a.b.c'])('names a table with a dot in its schema as %s', (table) => {
    expect(asksFor({ tables: [table] }, tableName('a.b', 'c'))).toBe(true)
  })
})

describe('the decoder', () => {
  const record = (op: string, tables: Parameters<typeof decodeAll>[1]): CaptureMessage | undefined => {
    const source = { schema: 'shop', table: 'signals', snapshot: 'false', ts_us: 1 }
    const transaction = { id: '7:112', total_order: 1, data_collection_order: 1 }
    const images = op === 'd' ? { before: signal, after: null } : { before: null, after: signal }
    return decodeAll([{ key: null, value: JSON.stringify({ ...images, source, transaction, op }) }], tables)[0]
  }

  it('reads the signal of an insert into a table that no mapping reads', () => {
    const request = { id: 's1', tables: ['shop.orders'] }
    expect(record('c', new Map())).toMatchObject({ kind: 'row', change: null, request })
  })

  it.each(['u', 'd'])('reads none in a row of op %s, on which the connector does not act', (op) => {
    expect(record(op, new Map())).not.toHaveProperty('request')
  })

  it('does not look into the columns of a row of another table', () => {
    const { id, type } = signal
    const row = Object.defineProperty({ id, other: 'a', type }, 'data', {
      enumerable: true,
      get: () => expect.unreachable(),
    })
    expect(snapshotRequest(imageOf(row))).toBeNull()
  })
})
