import { describe, expect, it } from 'vitest'
import { runCase } from './run-case.ts'

describe('the numbers of a contract', () => {
  it('a default of 64 bits is written with exactly its digits', async () => {
    expect(await runCase('long-default')).toMatchObject({
      published: ['Added {"id":"1","limit":"9223372036854775807"}'],
      halted: null,
    })
  })
})
