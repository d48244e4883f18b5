import { describe, expect, it } from 'vitest'
import { isOfNewOwner, type NewlyOwned } from '../../../src/core/migration/native-record.ts'

const said = (headers: Record<string, string>): ReadonlyMap<string, Buffer> =>
  new Map(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)]))

const store1: NewlyOwned = { scope: '1', epoch: 2, apart: [] }
const allOthers: NewlyOwned = { scope: null, epoch: 2, apart: [null, '1'] }

describe('the first event of a new owner', () => {
  it.each<{ readonly name: string; readonly headers: Record<string, string>; readonly of: NewlyOwned; is: boolean }>([
    { name: 'its scope and epoch', headers: { scope: '1', epoch: '2' }, of: store1, is: true },
    { name: 'another scope', headers: { scope: '2', epoch: '2' }, of: store1, is: false },
    { name: 'an earlier epoch', headers: { scope: '1', epoch: '1' }, of: store1, is: false },
    { name: 'a mapping of falsework', headers: { scope: '1', epoch: '2', mapping: 'orders' }, of: store1, is: false },
    { name: 'one of all others', headers: { scope: '2', epoch: '2' }, of: allOthers, is: true },
    {
      name: 'one with an owner of its own, in an equal epoch',
      headers: { scope: '1', epoch: '2' },
      of: allOthers,
      is: false,
    },
    {
      name: 'no scope, where the mapping has none',
      headers: { epoch: '2' },
      of: { ...allOthers, apart: [] },
      is: true,
    },
  ])('says $name: $is', ({ headers, of, is }) => {
    const named = Object.entries(headers).map(([name, value]) => [`falsework-${name}`, value])
    expect(isOfNewOwner(said(Object.fromEntries(named) as Record<string, string>), of)).toBe(is)
  })
})
