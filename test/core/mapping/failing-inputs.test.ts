import { describe, expect, it } from 'vitest'
import type { CompiledMapping } from '../../../src/core/mapping/compiled-mapping.ts'
import { type Outcome, planTranslation, translate } from '../../../src/core/mapping/run/translate.ts'
import { noRows } from '../rows/no-rows.ts'
import { deleted, failureOf, inserted, line, order, payment, told, transactionOf, translated, updated } from './rows.ts'
import { compiled, sound, soundBut } from './sample.ts'

const mapping = compiled(sound)

describe('a failing input', () => {
  const twoEvents = soundBut(
    '      - event: OrderShipped\n',
    '      - event: OrderRemoved\n        fields: {orderId: "string(after.id)"}\n      - event: OrderShipped\n',
  )
  const bad = updated('orders', order(7), order(7, { status: 'S', ship_dt: 20260231 }))
  const good = updated('orders', order(8), order(8, { status: 'S', ship_dt: 20260228 }))

  it('publishes none of its events, and holds up no other input', () => {
    const outcomes = translated([compiled(twoEvents)], [bad, good])
    expect(told(outcomes)).toEqual(['badDate shipped.shippedOn', 'OrderRemoved 8', 'OrderShipped 8'])
  })

  it('carries all that there is to say about it', () => {
    const [outcome] = translated([mapping], [good, bad].slice(1))
    const { identity, failure, place } = failureOf(outcome)
    expect(identity).toEqual({
      mapping: 'orders',
      rule: 'shipped',
      anchor: { table: 'public.orders', ordinal: 0, order: 0, offset: 101 },
      group: '',
    })
    expect(place).toMatchObject({ file: 'orders.yaml', line: 33, column: 59 })
    expect(failure.message).not.toContain('20260231')
    expect(failure).toEqual({
      class: 'badDate',
      message: failure.message,
      at: 'shipped.shippedOn',
      place,
      event: 'OrderShipped.v1',
      op: 'update',
      before: order(7),
      after: order(7, { status: 'S', ship_dt: 20260231 }),
      with: {},
      lookups: {},
    })
  })

  describe('with an event that its topic does not take', () => {
    /** What the topic of the orders takes of `OrderPlaced` beside its key and value; nothing is said of other events. */
    const outcomesOf = (compiledMapping: CompiledMapping, bytesMax: number): readonly Outcome[] => {
      const [placed] = compiledMapping.publications
      if (placed === undefined) throw new Error('nothing is published')
      const limits = new Map([[placed, { bytesMax, fixedBytes: 300 }]])
      const note = 'a'.repeat(1_000)
      const changes = [7, 8, 9].flatMap((id) => [
        inserted('orders', order(id, id === 8 ? { note } : {})),
        inserted('order_lines', line(id, 1)),
      ])
      return translate(transactionOf(changes), planTranslation([compiledMapping], { limits }), noRows)
    }

    it('is of class tooLarge at the place of the event, and the others go on', () => {
      const outcomes = outcomesOf(mapping, 1_000)
      expect(told(outcomes)).toEqual(['OrderPlaced 7', 'tooLarge placed.OrderPlaced', 'OrderPlaced 9'])
      const { failure, place, policy } = failureOf(outcomes[1])
      expect(policy).toBe('deadLetter')
      expect(sound.split('\n')[place.line - 1]?.slice(place.column - 1)).toBe('OrderPlaced')
      expect(failure.message).toMatch(/^the event has 13\d\d bytes, and topic orders\.v1 takes 1000$/)
      expect(failure).toMatchObject({ event: 'OrderPlaced.v1', after: { id: 8 }, with: { items: [line(8, 1)] } })
    })

    it('fails up to the last byte', () => {
      const { failure } = failureOf(outcomesOf(mapping, 1_000)[1])
      const bytes = Number(/\d+/.exec(failure.message)?.[0])
      expect(told(outcomesOf(mapping, bytes))).toHaveLength(3)
      expect(told(outcomesOf(mapping, bytes)).filter((text) => text.startsWith('tooLarge'))).toEqual([])
      expect(failureOf(outcomesOf(mapping, bytes - 1)[1]).errorClass).toBe('tooLarge')
    })

    it('is under the policy of its class', () => {
      const halting = compiled(soundBut('{default: deadLetter}', '{default: deadLetter, tooLarge: haltSource}'))
      expect(failureOf(outcomesOf(halting, 1_000)[1]).policy).toBe('haltSource')
    })
  })

  it('carries the rows of `with` that were found before it failed', () => {
    const [outcome] = translated(
      [mapping],
      [
        inserted('orders', order(7, { status: '?' })),
        inserted('order_lines', line(7, 1)),
        inserted('payments', payment(1, 7)),
      ],
    )
    expect(failureOf(outcome).failure).toMatchObject({
      class: 'unknownCode',
      at: 'placed.status',
      with: { items: [line(7, 1)], payment: [payment(1, 7)] },
    })
  })

  it('names the field of a nested record, with its place', () => {
    const nested = soundBut('quantity: "line.qty"', 'quantity: "int(100 / line.qty)"')
    const [outcome] = translated(
      [compiled(nested)],
      [inserted('orders', order(7)), inserted('order_lines', line(7, 1, { qty: 0 }))],
    )
    const { failure, place } = failureOf(outcome)
    expect(failure.at).toBe('placed.lines.quantity')
    expect(nested.split('\n')[place.line - 1]?.slice(place.column - 1)).toMatch(/^int\(100/)
  })

  it('fails with class contract where the value does not fit, and then holds its mapping', () => {
    const [outcome] = translated(
      [mapping],
      [inserted('orders', order(7, { note: '\ud800' })), inserted('order_lines', line(7, 1))],
    )
    const { errorClass, policy, failure } = failureOf(outcome)
    expect({ errorClass, policy, at: failure.at }).toEqual({
      errorClass: 'contract',
      policy: 'holdMapping',
      at: 'placed.OrderPlaced',
    })
  })

  it('fails with class internal where falsework has a fault, which says nothing of a value', () => {
    const when = {
      place: { file: 'orders.yaml', line: 1, column: 1, length: 1 },
      evaluate: () => {
        throw new TypeError('Cannot convert 4711')
      },
    }
    const faulty = {
      ...mapping,
      rules: mapping.rules.map((rule) => ({ ...rule, when, guardReads: 'anchor' as const })),
    }
    const [outcome] = translated([faulty], [deleted('orders', order(7))])
    const { errorClass, policy, failure } = failureOf(outcome)
    expect({ errorClass, policy, at: failure.at }).toEqual({
      errorClass: 'internal',
      policy: 'haltSource',
      at: 'removed.when',
    })
    expect(failure.message).toBe('a fault of falsework, please report it: TypeError')
  })

  it('fails with class overflow where its time is none that an event can have', () => {
    const timed = soundBut('event: OrderRemoved', 'event: OrderRemoved\n        time: "utc(before.created_at)"')
    const [outcome] = translated([compiled(timed)], [deleted('orders', order(7, { created_at: 9e15 }))])
    expect(told([outcome].flatMap((item) => item ?? []))).toEqual(['OrderRemoved 7'])
    const beyond = order(7, { created_at: 260_000_000_000_000_000n })
    expect(told(translated([compiled(timed)], [deleted('orders', beyond)]))).toEqual(['overflow removed.time'])
  })
})

describe('the policy of a failure', () => {
  const policies = (onError: string) => compiled(soundBut('{default: deadLetter}', onError)).policy

  it('is that of its class, else the default, else to set it aside', () => {
    expect(policies('{badDate: haltSource}')('badDate')).toBe('haltSource')
    expect(policies('{badDate: haltSource}')('unknownCode')).toBe('deadLetter')
    expect(policies('{default: haltSource, badDate: deadLetter}')('badDate')).toBe('deadLetter')
    expect(policies('{default: haltSource}')('unknownCode')).toBe('haltSource')
  })

  it.each([
    ['contract', 'holdMapping'],
    ['schemaDrift', 'holdMapping'],
    ['unmapped', 'holdMapping'],
    ['internal', 'haltSource'],
  ] as const)('for %s is never the default', (errorClass, own) => {
    expect(policies('{default: deadLetter}')(errorClass)).toBe(own)
    expect(policies(`{${errorClass}: deadLetter}`)(errorClass)).toBe('deadLetter')
  })

  it('is to skip where its class is named with a reason, which is part of the mapping', () => {
    const mappingOf = compiled(soundBut('{default: deadLetter}', '{badDate: {skip: legacy test rows}}'))
    expect(mappingOf.policy('badDate')).toBe('skip')
    expect(mappingOf.policy('unknownCode')).toBe('deadLetter')
    expect([...mappingOf.skipReasons]).toEqual([['badDate', 'legacy test rows']])
  })

  it('is the default where nullField is named for the class and no optional field failed', () => {
    expect(policies('{badDate: nullField}')('badDate')).toBe('deadLetter')
    expect(policies('{default: haltSource, badDate: nullField}')('badDate')).toBe('haltSource')
    expect(policies('{schemaDrift: nullField}')('schemaDrift')).toBe('holdMapping')
  })

  it.each(['holdKey', 'holdMapping'])('may be %s', (policy) => {
    expect(policies(`{badDate: ${policy}}`)('badDate')).toBe(policy)
  })
})
