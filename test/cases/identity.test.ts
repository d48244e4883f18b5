import { describe, expect, it } from 'vitest'
import { runCase } from './run-case.ts'

describe('a key that proves nothing', () => {
  it('of a nullable unique index merges no rows, and its halves are one change of its row', async () => {
    expect(await runCase('nullable-unique-key')).toMatchObject({
      published: ['Added {"n":1}', 'Added {"n":2}', 'Added {"n":3}', 'Gone {"n":1}', 'Added {"n":9}', 'Moved {"n":2}'],
      halted: null,
    })
    expect(await runCase('nullable-unique-key', 'raw-second-transaction-alone.jsonl')).toMatchObject({
      published: ['Gone {"n":1}', 'Added {"n":9}'],
      halted: null,
    })
  })

  it('that the connector made up tells no rows apart, and is no changed key', async () => {
    expect(await runCase('replica-identity-index')).toMatchObject({ published: [], halted: null })
  })
})

describe('a key with its schema', () => {
  it('is refused by name at the first record', async () => {
    expect(await runCase('keys-with-schema')).toMatchObject({ published: [], halted: 'KEY_HAS_SCHEMA' })
  })
})

describe('a repeat', () => {
  it('is one only with equal contents: rows that are numbered from 1 again halt the source', async () => {
    expect(await runCase('numbering-starts-again')).toMatchObject({ published: [], halted: 'TX_DIVERGED' })
  })
})
