import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OutputRecord } from '../../../src/core/event/event-record.ts'
import { HeldLog, heldNumber, type LoggedInput } from '../../../src/core/held/held-log.ts'
import { type HeldInput, heldRecords } from '../../../src/core/held/held-record.ts'
import type { CompiledMapping } from '../../../src/core/mapping/compiled-mapping.ts'
import { translateHeld } from '../../../src/core/mapping/run/translate-held.ts'
import { type Outcome, planTranslation, translate } from '../../../src/core/mapping/run/translate.ts'
import type { RowsAtHand } from '../../../src/core/rows/rows-at-hand.ts'
import { countedBefore, inputsOf } from '../../../src/core/translation/held/outcomes-of-inputs.ts'
import { RowsInMemory } from '../../../src/core/rows/rows-in-memory.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { imageOf } from '../images.ts'
import { UNAVAILABLE } from '../../../src/core/values/value.ts'
import { grouped } from '../mapping/groups/grouped.ts'
import { compiledLookups } from '../mapping/lookups/shop.ts'
import {
  type Change,
  deleted,
  eventOf,
  inserted,
  line,
  order,
  rekeyed,
  transactionOf,
  updated,
} from '../mapping/rows.ts'
import { compiled, sound, soundBut } from '../mapping/sample.ts'
import { noRows } from '../rows/no-rows.ts'

const step = fc.record({
  id: fc.integer({ min: 1, max: 4 }),
  store: fc.integer({ min: 1, max: 3 }),
  status: fc.constantFrom('N', 'S', 'X', '?'),
  does: fc.constantFrom('write', 'write', 'delete'),
  note: fc.constantFrom(null, 'é "1"', UNAVAILABLE, 9_007_199_254_740_993n),
})

/** Rows 1 and 2 exist before. */
function changesOf(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]): readonly Change[] {
  const rows = new Map([1, 2].map((id) => [id, order(id)]))
  return steps.flatMap(({ id, store, status, does, note }, at) => {
    const before = rows.get(id)
    const after = order(id, { store_no: store, status, note, ship_dt: store === 3 ? 20260231 : 20260131 })
    if (does === 'delete') rows.delete(id)
    else rows.set(id, after)
    if (before === undefined) {
      return does === 'delete'
        ? []
        : [inserted('orders', after), ...(store === 1 ? [] : [inserted('order_lines', line(id, at))])]
    }
    return [does === 'delete' ? deleted('orders', before) : updated('orders', before, after)]
  })
}

const all = 'op: [insert, update, delete], changed: any'
const groups = grouped(
  { on: `{table: orders, ${all}, per: [store_no]}`, key: 'string(group.store_no)' },
  { name: 'rows', on: `{table: orders, ${all}}`, key: 'string(row.id)', says: 'row.status' },
  { name: 'changes', on: `{table: orders, ${all}, per: change}`, key: 'string(row.id)', says: 'meta.op' },
)

/** Everything is held, written, read and translated again. */
function heldAndBack(mapping: CompiledMapping, changes: readonly Change[]): readonly [Outcome[], Outcome[]] {
  const transaction = transactionOf(changes)
  const plan = planTranslation([mapping])
  const outcomes = translate(transaction, plan, noRows)
  let at = 0
  const again = inputsOf(outcomes).flatMap((own) => {
    const { identity, carried } = fired(own[0])
    const held: HeldInput = {
      number: at,
      units: [],
      incarnation: 1,
      identity,
      revision: 'r1',
      registryOffset: 0,
      transaction: factsOf(transaction),
      eventsBefore: countedBefore(outcomes, at),
      carried,
    }
    at += own.length
    return translateHeld(logged(heldRecords(held, asHeld)).input, plan, { rows: nothingNow, promised: {} }) ?? []
  })
  return [[...outcomes], again]
}

const fired = ({ fired: input }: Outcome) => ({ identity: input.identity, carried: input.carried() })

function factsOf(transaction: ReturnType<typeof transactionOf>): HeldInput['transaction'] {
  const { key, position, committedAtUs, from, to, proof } = transaction
  return { key, position, committedAtUs, from, to, proof }
}

const asHeld = { topic: 'held', promised: {} }
const nothingNow: RowsAtHand = noRows

function logged(records: readonly OutputRecord[]): LoggedInput {
  const log = new HeldLog()
  const found = records.map(({ key, value, headers: [name = '', text = ''] }) =>
    log.take({ key, value, headers: new Map([[name, Buffer.from(text)]]) }),
  )
  const last = found.at(-1)
  if (last === null || last === undefined || found.slice(0, -1).some((one) => one !== null))
    throw new Error('not whole')
  return last
}

const customers = tableName('public', 'customers')

const placedOrder: Change = {
  table: tableName('public', 'orders'),
  op: 'c',
  before: null,
  after: imageOf({ id: 1, customer_id: null, buyer_id: 7, sku: 'A-1   ', name: null }),
  key: imageOf({ id: 1 }),
  rekey: null,
}

/** All that a consumer sees of it. */
const told = (outcome: Outcome): string => {
  if (outcome.kind === 'failed') return `${outcome.input.errorClass} ${outcome.input.failure.at}`
  if (outcome.kind === 'tombstone') return `tombstone ${outcome.tombstone.key}`
  const { publication, key, value, anchor, index, timeUs } = outcome.event
  return `${publication.event} ${key} ${value.toString('hex')} ${JSON.stringify(anchor)} ${index} ${timeUs}`
}

describe('an input that was held, written and read', () => {
  it.each([
    ['rules per row, with rows of its transaction', compiled(sound)],
    ['rules per group and per change', groups],
  ])('gives what it would have given: %s', (_, mapping) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
        const [first, again] = heldAndBack(mapping, changesOf(steps))
        expect(again.map(told)).toEqual(first.map(told))
      }),
    )
  })

  it('gives the events of a rule that its mapping did not have', () => {
    const changes = rekeyed(order(8), order(9))
    const outcomes = translate(transactionOf(changes), planTranslation([compiled(sound)]), noRows)
    const corrected = compiled(soundBut('on: {table: orders, op: delete}', 'on: {table: orders, op: [delete, rekey]}'))
    const again = outcomes.flatMap((outcome) => {
      const { identity, carried } = fired(outcome)
      const place = { number: 0, units: [], incarnation: 1, revision: 'r1', registryOffset: 0, eventsBefore: {} }
      const held = { ...place, identity, transaction: factsOf(transactionOf(changes)), carried }
      return translateHeld(held, planTranslation([corrected]), { rows: noRows, promised: {} }) ?? []
    })
    expect(outcomes.map(told)).toEqual(['unmapped placed'])
    expect(again.map((outcome) => told(outcome).split(' ').slice(0, 2))).toEqual([['OrderRemoved', '9']])
  })

  it('fails where the revision has no rule for it, and is not lost', () => {
    const changes = [updated('orders', order(1), order(1, { store_no: 2 }))]
    const outcomes = translate(transactionOf(changes), planTranslation([groups]), noRows)
    const other = grouped({
      name: 'rows',
      on: `{table: orders, ${all}, per: [store_no]}`,
      key: 'string(group.store_no)',
    })
    const again = outcomes.flatMap((outcome) => {
      const { identity, carried } = fired(outcome)
      const place = { number: 0, units: [], incarnation: 1, revision: 'r1', registryOffset: 0, eventsBefore: {} }
      const held = { ...place, identity, transaction: factsOf(transactionOf(changes)), carried }
      return translateHeld(held, planTranslation([other]), { rows: noRows, promised: {} }) ?? []
    })
    expect(again.map(told)).toEqual(outcomes.map(({ fired: { identity } }) => `unmapped ${identity.rule}`))
    expect(again.length).toBeGreaterThan(2)
  })

  it('reads what was looked up as it was then, and anything else as it is now, which its events say', () => {
    const text = (fields: string) =>
      compiledLookups({
        lookups: '  customer: {table: customers, key: [id], columns: [login], missing: error}',
        fields: `{text: "${fields}", number: "1", yes: "true"}`,
      })
    const [then, now] = ['Ann', 'Bob'].map(
      (login) => new RowsInMemory(new Map([[customers, [7, 8].map((id) => imageOf({ id, login }))]])),
    )
    if (then === undefined || now === undefined) throw new Error('no rows')
    const transaction = transactionOf([placedOrder])
    const [outcome] = translate(transaction, planTranslation([text('customer(after.buyer_id).login')]), then)
    if (outcome === undefined) throw new Error('nothing')
    const place = { number: 0, units: [], incarnation: 1, revision: 'r1', registryOffset: 0, eventsBefore: {} }
    const held: HeldInput = { ...place, ...fired(outcome), transaction: factsOf(transaction) }
    const both = text("customer(after.buyer_id).login + ' ' + customer(8).login")
    const [again] = translateHeld(held, planTranslation([both]), { rows: now, promised: {} }) ?? []
    expect(eventOf(again).fields['text']).toBe('Ann Bob')
    expect(eventOf(again).lookedUp).toBe('release')
    const same = planTranslation([text('customer(after.buyer_id).login')])
    expect(eventOf(translateHeld(held, same, { rows: now, promised: {} })?.[0])).not.toHaveProperty('lookedUp')
  })

  it('finds nothing where nothing was found then, whatever the transaction at hand deletes', () => {
    const mapping = compiledLookups({
      lookups: '  customer: {table: customers, key: [id], columns: [login], missing: null}',
      fields: `{text: "coalesce(customer(after.buyer_id).login, 'nobody')", number: "1", yes: "true"}`,
    })
    const plan = planTranslation([mapping])
    const transaction = transactionOf([placedOrder])
    const [outcome] = translate(transaction, plan, new RowsInMemory(new Map()))
    if (outcome === undefined) throw new Error('nothing')
    const place = { number: 0, units: [], incarnation: 1, revision: 'r1', registryOffset: 0, eventsBefore: {} }
    const held: HeldInput = { ...place, ...fired(outcome), transaction: factsOf(transaction) }
    const now = new RowsInMemory(new Map(), new Map([[customers, [imageOf({ id: 7, login: 'Ann' })]]]))
    expect(eventOf(translateHeld(held, plan, { rows: now, promised: {} })?.[0]).fields['text']).toBe('nobody')
  })

  it('fails where a row of `with` came in another form than is promised now', () => {
    const plan = planTranslation([compiled(sound)])
    const transaction = transactionOf([inserted('orders', order(7)), inserted('order_lines', line(7, 1))])
    const [outcome] = translate(transaction, plan, noRows)
    if (outcome === undefined) throw new Error('nothing')
    const place = { number: 0, units: [], incarnation: 1, revision: 'r1', registryOffset: 0, eventsBefore: {} }
    const held = { ...place, ...fired(outcome), transaction: factsOf(transaction) }
    const again = (then: string, now: string) => {
      const [forms, promised] = [then, now].map((form) => ({ [tableName('public', 'order_lines')]: { qty: form } }))
      if (forms === undefined || promised === undefined) throw new Error('no forms')
      return translateHeld({ ...held, forms }, plan, { rows: noRows, promised })?.map(told)
    }
    expect(again('int32', 'int32')).toEqual([told(outcome)])
    expect(again('string', 'int32')).toEqual([expect.stringMatching(/^schemaDrift /)])
  })

  it('is split where it is large, and read as one', () => {
    const [first] = translate(
      transactionOf([inserted('orders', order(7, { note: 'é'.repeat(400_000) })), inserted('order_lines', line(7, 1))]),
      planTranslation([compiled(sound)]),
      noRows,
    )
    if (first === undefined) throw new Error('nothing')
    const { identity, carried } = fired(first)
    const facts = factsOf(transactionOf([]))
    const place = { number: 12, units: [], incarnation: 1, revision: 'r1', registryOffset: 0, eventsBefore: {} }
    const records = heldRecords({ ...place, identity, transaction: facts, carried }, asHeld)
    expect(records.map(({ key }) => heldNumber(key))).toEqual([12, 12, 12])
    const { input, bytes } = logged(records)
    expect(input.carried.changes[0].after?.get('note')).toHaveLength(400_000)
    expect(bytes).toBe(records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0))
  })
})
