import { describe, expect, it } from 'vitest'
import { soundBut } from '../sample.ts'
import { type Mistake, said } from './said.ts'

describe('what this version does not do yet', () => {
  it.each<Mistake>([
    {
      mistake: 'a contract by another name',
      text: soundBut(
        'event: OrderRemoved',
        `event: OrderRemoved
        contract: contracts/Removed.avsc`,
      ),
      says: [
        '38:19+22 FW2008 not-yet: rules[2].publish[0].contract: is not in this version | the contract of an event is contracts/<Event>.v<version>.avsc',
      ],
    },
    {
      mistake: 'a version that ends',
      text: soundBut(
        'event: OrderRemoved',
        `event: OrderRemoved
        deprecated: {since: 2026-01-01}`,
      ),
      says: ['38:21+19 FW2004 missing-key: rules[2].publish[0].deprecated.sunset is missing'],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})
