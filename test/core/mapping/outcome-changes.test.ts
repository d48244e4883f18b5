import { describe, expect, it } from 'vitest'
import { outcomeChanges } from '../../../src/core/mapping/outcome-changes.ts'
import { inserted, line, order, told, translated, updated } from './rows.ts'
import { compiled, sound } from './sample.ts'

const changes = [
  inserted('orders', order(7)),
  inserted('order_lines', line(7, 1)),
  inserted('orders', order(8)),
  inserted('order_lines', line(8, 1)),
  updated('orders', order(9), order(9, { status: 'S', ship_dt: 20_260_231 })),
]
const of = (mapping: string) => translated([compiled(mapping)], changes)

/** `changed OrderPlaced 7: fields.total` */
const said = (before: string, now: string): string[] =>
  outcomeChanges(of(before), of(now)).map((change) => {
    const [outcome = ''] = told([change.kind === 'removed' ? change.before : change.now])
    return `${change.kind} ${outcome}${change.kind === 'changed' ? `: ${change.paths.join(', ')}` : ''}`
  })

describe('what a mapping makes otherwise than another one', () => {
  it('is nothing where they are the same', () => {
    expect(new Set(outcomeChanges(of(sound), of(sound)).map(({ kind }) => kind))).toEqual(new Set(['same']))
  })

  it('names what of an event has become another value, and knows it again under another key', () => {
    expect(said(sound, sound.replace('"after.store_no"', '"after.store_no + 1"'))).toEqual([
      'changed OrderPlaced 7: fields.storeNo',
      'changed OrderPlaced 8: fields.storeNo',
      'same badDate shipped.shippedOn',
    ])
    const otherKey = sound.replace('key: "string(row.id)"', 'key: "\'o-\' + string(row.id)"')
    expect(said(sound, otherKey).slice(0, 1)).toEqual(['changed OrderPlaced o-7: key, subject'])
    expect(said(sound, sound.replace('orders.v1', 'orders.v2')).slice(0, 1)).toEqual(['changed OrderPlaced 7: topic'])
  })

  it('has what comes in the order in which it comes, and behind it what goes', () => {
    const without = sound.replace("before.status != 'S' && after.status == 'S'", "after.status == 'X'")
    expect(said(sound, without).at(-1)).toBe('removed badDate shipped.shippedOn')
    expect(said(without, sound).at(-1)).toBe('added badDate shipped.shippedOn')
  })

  it('takes a failure that becomes an event for one that goes and one that comes', () => {
    const mended = sound.replace('"ymd(coalesce(after.ship_dt, 0))"', '"date(after.created_at)"')
    expect(said(sound, mended).slice(2)).toEqual(['added OrderShipped 9', 'removed badDate shipped.shippedOn'])
  })

  it('tells what becomes of a failed input', () => {
    const halting = sound.replace('{default: deadLetter}', '{default: haltSource}')
    expect(said(sound, halting).at(-1)).toBe('changed badDate shipped.shippedOn: policy')
  })
})
