import { describe, expect, it } from 'vitest'
import { canonicalJson, revisionHash } from '../../../src/core/registry/revision-hash.ts'
import { contentOf } from './records.ts'

describe('the hash of a revision', () => {
  const content = contentOf('order-placed')

  it('is pinned', () => {
    expect(revisionHash(content)).toBe('8610550e26b99265')
  })

  it('does not depend on the order of keys', () => {
    const reordered = { ...content, keys: { b: '2', a: '1' } }
    expect(revisionHash(reordered)).toBe(revisionHash({ ...content, keys: { a: '1', b: '2' } }))
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}')
  })

  it.each([
    ['text', { files: { ...content.files, mapping: { path: 'mappings/order-placed.yaml', text: 'other' } } }],
    ['code table', { files: { ...content.files, codes: [] } }],
    ['partitions', { topics: [{ topic: 'orders.v1', partitions: 7 }] }],
    ['schema', { schemas: content.schemas.map((schema) => ({ ...schema, id: 8 })) }],
    ['key', { keys: {} }],
    ['catalog', { catalog: { ...content.catalog, tables: new Map() } }],
    ['capture settings', { capture: { ...content.capture, format: 'avro' as const } }],
  ])('changes with its %s', (_what, change) => {
    expect(revisionHash({ ...content, ...change })).not.toBe(revisionHash(content))
  })
})
