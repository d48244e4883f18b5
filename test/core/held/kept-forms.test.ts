import { describe, expect, it } from 'vitest'
import { retypedColumns } from '../../../src/core/held/kept-forms.ts'

const [ms, us] = ['io.debezium.time.Timestamp', 'io.debezium.time.MicroTimestamp']

describe('a column of rows that were kept', () => {
  it.each([
    { name: 'the same form', kept: ms, now: ms, retyped: false },
    { name: 'ms that are read as µs', kept: ms, now: us, retyped: true },
    { name: 'a whole number that is read as a day', kept: 'int32', now: 'io.debezium.time.Date', retyped: true },
    { name: 'a day that is read as a whole number', kept: 'io.debezium.time.Date', now: 'int32', retyped: true },
    { name: 'text that is read as bytes', kept: 'string', now: 'bytes', retyped: true },
    { name: 'integers of another width', kept: 'int32', now: 'int64', retyped: false },
    { name: 'one that is read no more', kept: ms, now: undefined, retyped: false },
  ])('is retyped where it comes to other values: $name, $retyped', ({ kept, now, retyped }) => {
    const promised = now === undefined ? {} : { 'public.orders': { at: now } }
    const found = retypedColumns({ 'public.orders': { at: kept } }, promised)
    expect([...found].map(([table, forms]) => [table, [...forms]])).toEqual(
      retyped ? [['public.orders', [['at', kept]]]] : [],
    )
  })
})
