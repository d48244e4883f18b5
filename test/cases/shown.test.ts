import { describe, expect, it } from 'vitest'
import { runCase } from './run-case.ts'

describe('what can be published can be shown', () => {
  it('a year of five digits and a date BC are shown with signed years, and so is what comes after them', async () => {
    expect(await runCase('tail-of-far-years')).toMatchObject({
      published: [
        'Added {"id":"1","l":"-4712-01-01T00:00:00.000000","z":null}',
        'Added {"id":"2","l":null,"z":"+20226-05-01T00:00:00.000000Z"}',
        'Added {"id":"3","l":null,"z":"2026-01-31T00:00:00.000000Z"}',
      ],
      halted: null,
    })
  })
})
