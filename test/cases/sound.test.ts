import { describe, expect, it } from 'vitest'
import { runCase } from './run-case.ts'

describe('what other tools have got wrong, and must go on passing', () => {
  it('END counts more rows than came: nothing of the transaction is published', async () => {
    expect(await runCase('end-with-wrong-count')).toMatchObject({ published: [], halted: 'TX_INCOMPLETE' })
  })

  it('rows of an incremental snapshot stand inside a transaction and are no part of it', async () => {
    expect(await runCase('incremental-snapshot')).toMatchObject({
      published: ['Added {"id":7}', 'Added {"id":8}'],
      halted: null,
    })
  })

  it('NULL in a column with a default stays NULL', async () => {
    expect(await runCase('null-beside-default')).toMatchObject({
      published: ['Added {"id":1,"n":null,"s":null,"d":null}', 'Added {"id":2,"n":7,"s":"x","d":"1.50"}'],
      halted: null,
    })
  })

  it('two rows swap their keys by way of a third one: each is followed to where it ends', async () => {
    expect(await runCase('swapped-keys')).toMatchObject({
      published: ['Moved {"id":"2","was":"1"}', 'Moved {"id":"1","was":"2"}'],
      halted: null,
    })
  })

  it('TRUNCATE of two tables and an insert behind it in one transaction keep their order', async () => {
    expect(await runCase('truncate-cascade')).toMatchObject({
      published: ['Emptied {"x":1}', 'Emptied {"x":1}', 'Added {"id":1}'],
      halted: null,
    })
  })
})
