import { describe, expect, it } from 'vitest'
import { compiled, sound, soundBut } from './sample.ts'

const readsOf = (text: string): readonly string[] => [...compiled(text).reads].toSorted()

describe('the columns that a mapping reads', () => {
  it('are those of its fields, keys, guards, lets, joins, orders and lists of changed columns', () => {
    expect(readsOf(sound)).toEqual([
      'public.order_lines.line_no',
      'public.order_lines.order_id',
      'public.order_lines.qty',
      'public.order_lines.sku',
      'public.orders.id',
      'public.orders.note',
      'public.orders.ship_dt',
      'public.orders.status',
      'public.orders.store_no',
      'public.orders.total_cents',
      'public.payments.method',
      'public.payments.order_id',
    ])
  })

  it.each([
    {
      what: 'a condition on the rows of a join',
      from: 'match: {order_id: row.id}, rows: 0..1',
      to: 'match: {order_id: row.id}, where: {gift: "true"}, rows: 0..1',
      column: 'public.payments.gift',
    },
    {
      what: 'a column whose change alone is asked for',
      from: 'changed: [status]',
      to: 'changed: [status, created_at]',
      column: 'public.orders.created_at',
    },
    {
      what: 'a let that nothing uses',
      from: 'id: "string(after.id)"',
      to: 'id: "string(after.id)"\n      unused: "after.created_at"',
      column: 'public.orders.created_at',
    },
    {
      what: 'both images of a row in a guard',
      from: `when: "before.status != 'S'`,
      to: `when: "before.created_at != after.created_at && before.status != 'S'`,
      column: 'public.orders.created_at',
    },
  ])('have $what among them', ({ from, to, column }) => {
    expect(readsOf(sound)).not.toContain(column)
    expect(readsOf(soundBut(from, to))).toContain(column)
  })

  it('have what only the body of a list reads', () => {
    const without = soundBut('"line.qty"', '"1"')
    expect(readsOf(without)).not.toContain('public.order_lines.qty')
    const filtered = without.replace('"after.store_no"', '"size(items.filter(item, item.qty > 1))"')
    expect(readsOf(filtered)).toContain('public.order_lines.qty')
  })
})
