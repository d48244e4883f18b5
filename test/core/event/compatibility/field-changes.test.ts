import { expect, it } from 'vitest'
import { fieldChanges } from '../../../../src/core/event/compatibility/field-changes.ts'

const schema = (...fields: readonly object[]): string =>
  JSON.stringify({ type: 'record', name: 'Order', namespace: 'com.acme', fields })
const lines = (...fields: readonly object[]): object => ({
  name: 'lines',
  type: { type: 'array', items: { type: 'record', name: 'Line', fields } },
})
const id = { name: 'id', type: 'string' }
const sku = { name: 'sku', type: 'string' }
const none = { added: [], removed: [], changed: [] }

it.each([
  ['says nothing of a first version', schema(id), null, none],
  ['says nothing of a field that was moved', schema(id, sku), schema(sku, id), none],
  ['says nothing of other words', schema({ ...id, doc: 'The order.' }), schema(id), none],
  ['names an added field', schema(id, sku), schema(id), { ...none, added: ['sku'] }],
  ['names a removed field', schema(id), schema(id, sku), { ...none, removed: ['sku'] }],
  [
    'names a field by its path',
    schema(lines(id, sku)),
    schema(lines({ ...id, type: 'long' })),
    { added: ['lines[].sku'], removed: [], changed: ['lines[].id'] },
  ],
  [
    'names a field that has got another default',
    schema({ name: 'count', type: 'long', default: 1 }),
    schema({ name: 'count', type: 'long' }),
    { ...none, changed: ['count'] },
  ],
])('%s', (_what, present, past, changes) => {
  expect(fieldChanges(present, past)).toEqual(changes)
})
