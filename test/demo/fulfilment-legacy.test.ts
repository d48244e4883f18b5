import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { changeOf } from '../../demo/fulfilment/legacy/changes.ts'
import { readRawRecord, type RawRow } from '../../demo/fulfilment/legacy/raw-record.ts'
import {
  dayOfNumber,
  dayOfText,
  instantOfStoreTime,
  instantOfText,
  textOfDay,
  textOfInstant,
} from '../../demo/fulfilment/legacy/store-time.ts'
import { LegacyTransactions } from '../../demo/fulfilment/legacy/transactions.ts'
import { instantOfWall, microsOf, wallTime } from '../../demo/old-application/plan/wall-time.ts'
import { stepsOf } from './fulfilment-story.ts'

const begin = (number: number): string => JSON.stringify({ status: 'BEGIN', id: `${number}:${number}00` })
const end = (number: number, rows: number): string =>
  JSON.stringify({ status: 'END', id: `${number}:${number}50`, event_count: rows })
const row = (number: number, after: object, table = 'payments'): string =>
  JSON.stringify({
    op: 'c',
    before: null,
    after,
    source: { schema: 'public', table, ts_us: 1_800_000_000_000_000 },
    transaction: { id: `${number}:${number}00` },
  })
const payment = { id: 7, order_id: 42, method: 1, amount_cents: 4990, paid_at: '2026-01-31T11:00:00.5Z' }

const order = {
  id: 42,
  store_no: 1,
  customer_id: 7,
  status: 'N',
  total_cents: 4990,
  curr_cd: 'eur',
  order_dt: 20260131,
  ship_dt: 0,
  carrier_cd: 'ZZZ',
  discount: '12.50',
  cancel_cd: 77,
  notes: '  ',
  created_at: microsOf('2026-01-31T10:00:00.000000'),
  touched_at: microsOf('2026-07-31T10:00:00.000001'),
}
const update = (after: object): RawRow => ({
  kind: 'row',
  op: 'update',
  table: 'public.orders',
  before: null,
  after: { ...order, ...after },
  transaction: '1',
  committedAt: 0n,
})

describe('transactions of the legacy shop', () => {
  it('are given when their END has come, with the offset behind it', () => {
    expect(stepsOf([begin(1), row(1, payment)])).toEqual([])
    const [step] = stepsOf([begin(1), row(1, payment), end(1, 1)])
    expect(step).toMatchObject({ next: 3n, position: 150n, committedAt: 1_800_000_000_000_000n })
    expect(step?.changes).toHaveLength(1)
  })

  it('are read anew when the connector begins one again', () => {
    const steps = stepsOf([begin(1), row(1, payment), begin(1), row(1, payment), end(1, 1)])
    expect(steps.map(({ changes }) => changes.length)).toEqual([1])
  })

  it('are applied once when the connector repeats them whole, also behind a restart of the service', () => {
    const texts = [begin(1), row(1, payment), end(1, 1)]
    expect(stepsOf([...texts, ...texts]).map(({ changes }) => changes.length)).toEqual([1, 0])
    const restarted = new LegacyTransactions(150n)
    const again = texts.flatMap((text, offset) => restarted.accept(readRawRecord(text), BigInt(offset)) ?? [])
    expect(again).toMatchObject([{ changes: [], next: 3n, position: 150n }])
  })

  it('stop the service when a row or a BEGIN is missing', () => {
    expect(() => stepsOf([begin(1), end(1, 1)])).toThrow('raw offset 1: transaction 1 ends with 0 rows: expected 1')
    expect(() => stepsOf([row(1, payment)])).toThrow('raw offset 0: a row of transaction 1 without its BEGIN')
    expect(() => stepsOf([begin(2), row(1, payment)])).toThrow('without its BEGIN')
  })

  it('count rows of tables that are not followed, and leave them out', () => {
    const steps = stepsOf([begin(1), row(1, { id: 1 }, 'customers'), row(1, payment), end(1, 2)])
    expect(steps.map(({ changes }) => changes.map(({ kind }) => kind))).toEqual([['payment']])
  })

  it('in which nothing has happened are one step', () => {
    const quiet = (number: number): string[] => [begin(number), row(number, { id: 1 }, 'customers'), end(number, 1)]
    expect(stepsOf([...quiet(1), ...quiet(2), begin(3), row(3, payment), end(3, 1)])).toMatchObject([
      { next: 6n, position: 250n, changes: [] },
      { next: 9n, position: 350n },
    ])
  })

  it.each([
    'transaction',
    'interleaved',
    'savepoint',
    'rolled-back',
    'changed-key',
    'truncate',
    'logical-message',
    'heartbeats',
    'incremental-snapshot',
    'notified-incremental',
    'unchanged-toast',
    'killed-exactly-once',
  ])('are found in what the connector really writes (%s)', (name) => {
    const file = new URL(`../fixtures/recorded/${name}.jsonl`, import.meta.url)
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    const texts = lines.map((line) => (JSON.parse(line) as { readonly value: string | null }).value)
    const ends = texts.filter((text) => text?.startsWith('{"status":"END"') === true).length
    const transactions = new LegacyTransactions(null)
    const steps = texts.flatMap((text, at) => transactions.accept(readRawRecord(text), BigInt(at)) ?? [])
    expect(steps.length).toBe(ends)
    expect(steps.length).toBeGreaterThan(0)
  })
})

describe('rows of the legacy shop', () => {
  it('become orders of the service, whose codes and days say what they mean', () => {
    expect(changeOf(update({}))).toEqual({
      kind: 'order',
      order: {
        id: '42',
        store: 1,
        buyer: '7',
        state: 'open',
        total: 4990n,
        currency: 'EUR',
        discount: 1250n,
        orderedOn: dayOfText('2026-01-31'),
        orderedAt: instantOfText('2026-01-31T09:00:00Z'),
        changedAt: instantOfText('2026-07-31T08:00:00.000001Z'),
        carrier: 'unknown',
        dispatchedOn: null,
        cancelReason: 'OTHER',
        note: null,
      },
    })
  })

  it('leave a note as it was when the database did not send it', () => {
    expect(changeOf(update({ notes: 'falsework:unavailable:6f1d2c9a' }))).not.toHaveProperty('order.note')
  })

  it('stop the service when they are not as the schema says, and when a table is emptied', () => {
    expect(() => changeOf(update({ status: 'Q' }))).toThrow("column status is 'Q': expected N, P, S or X")
    expect(() => changeOf(update({ total_cents: '1' }))).toThrow('column total_cents has a string: expected a number')
    expect(() => changeOf(update({ curr_cd: 1 }))).toThrow('column curr_cd has a number: expected a text')
    expect(() => changeOf({ ...update({}), op: 'truncate', after: null })).toThrow('was emptied by TRUNCATE')
    expect(() => changeOf({ ...update({}), after: null })).toThrow('table public.orders: update without a row')
    expect(() => changeOf({ ...update({}), table: 'public.customers' })).toThrow('is not followed')
  })
})

/** 2000 to 2100, in µs. */
const instant = fc.bigInt({ min: 946_684_800_000_000n, max: 4_102_444_800_000_000n })

describe('the time of the stores', () => {
  it('is told from the walls as the shop tells it', () => {
    fc.assert(
      fc.property(instant, (instantUs) => {
        const wall = wallTime(Number(instantUs))
        expect(instantOfStoreTime(BigInt(microsOf(wall)))).toBe(BigInt(instantOfWall(wall)))
      }),
    )
  })

  it('is the first of two in the hour that is there twice, and goes on in the one that is not there', () => {
    const at = (wall: string): string => textOfInstant(instantOfStoreTime(instantOfText(`${wall}Z`)))
    expect(at('2026-10-25T02:30:00')).toBe('2026-10-25T00:30:00.000000Z')
    expect(at('2026-03-29T02:30:00')).toBe('2026-03-29T01:30:00.000000Z')
  })

  it('is the same after it was written and read', () => {
    fc.assert(
      fc.property(instant, (us) => {
        expect(instantOfText(textOfInstant(us))).toBe(us)
        expect(dayOfText(textOfDay(Number(us / 86_400_000_000n)))).toBe(Number(us / 86_400_000_000n))
      }),
    )
  })

  it('has no day 0, 20260231 or 99999999', () => {
    expect([0, 20260231, 99999999].map(dayOfNumber)).toEqual([null, null, null])
    expect(dayOfNumber(19700102)).toBe(1)
  })
})
