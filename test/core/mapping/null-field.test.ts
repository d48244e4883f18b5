import { describe, expect, it } from 'vitest'
import { failureOf, inserted, line, order, told, translated } from './rows.ts'
import { compiled, soundBut } from './sample.ts'

const named = (note: string, onError = '{badDate: nullField}') =>
  compiled(
    soundBut('note: "after.note"', `note: "${note}"`)
      .replace('{default: deadLetter}', onError)
      .replace('id: "string(after.id)"', 'id: "string(after.id)"\n      day: "ymd(coalesce(after.ship_dt, 0))"'),
  )
const placed = (mapping: ReturnType<typeof named>, rest = {}) =>
  translated([mapping], [inserted('orders', order(7, rest)), inserted('order_lines', line(7, 1))])

describe('policy nullField', () => {
  const mapping = named('string(ymd(coalesce(after.ship_dt, 0)))')

  it('gives the event with the optional field null, and notes the class', () => {
    const [outcome, ...more] = placed(mapping, { ship_dt: 20260231 })
    expect(more).toEqual([])
    expect(outcome?.kind === 'event' ? outcome.event : outcome).toMatchObject({
      fields: { orderId: '7', note: null, status: 'NEW' },
      nulled: ['badDate'],
    })
  })

  it('notes nothing of an event whose field is there', () => {
    const [outcome] = placed(mapping, { ship_dt: 20260228 })
    const event = outcome?.kind === 'event' ? outcome.event : null
    expect(event?.fields['note']).toBe('2026-02-28')
    expect(event).not.toHaveProperty('nulled')
  })

  it('is for what a named expression raises in the field, too', () => {
    expect(told(placed(named('string(day)'), { ship_dt: 20260231 }))).toEqual(['OrderPlaced 7'])
  })

  it('leaves other classes, and fields that are required, to their policies', () => {
    const [code] = placed(mapping, { ship_dt: 20260231, status: '?' })
    expect(failureOf(code)).toMatchObject({ errorClass: 'unknownCode', policy: 'deadLetter' })
    const required = named('after.note', '{unknownCode: nullField, default: haltSource}')
    const [failed] = placed(required, { status: '?' })
    expect(failureOf(failed)).toMatchObject({ errorClass: 'unknownCode', policy: 'haltSource' })
  })
})
