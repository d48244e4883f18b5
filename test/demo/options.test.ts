import { describe, expect, it } from 'vitest'
import { readOptions } from '../../demo/old-application/options.ts'
import { shopAddress } from '../../demo/shop-database.ts'

describe('the command line of the old application', () => {
  it('runs without end, at a moderate pace, unless it is told otherwise', () => {
    expect(readOptions([])).toEqual({
      seed: 1,
      length: { kind: 'endless' },
      sessions: 4,
      pace: { kind: 'rate', transactionsPerSecond: 20 },
      lostConnection: { kind: 'fail' },
    })
  })

  it('takes seed, length, sessions, pace and how long the database may be away', () => {
    const given = '--seed 7 --transactions 300 --sessions 8 --rate unlimited --reconnect 60'
    expect(readOptions(given.split(' '))).toEqual({
      seed: 7,
      length: { kind: 'bounded', transactions: 300 },
      sessions: 8,
      pace: { kind: 'unlimited' },
      lostConnection: { kind: 'reconnect', outageMsMax: 60_000 },
    })
  })

  it.each([
    ['--rate fast', "--rate is 'fast': expected a whole number from 1"],
    ['--sessions 0', "--sessions is '0': expected a whole number from 1"],
    ['--transactions 1.5', "--transactions is '1.5': expected a whole number from 1"],
  ])('refuses %s', (given, message) => {
    expect(() => readOptions(given.split(' '))).toThrow(message)
  })

  it('names the variable that is missing', () => {
    expect(() => shopAddress({ FALSEWORK_SHOP_HOST: 'here' })).toThrow('FALSEWORK_SHOP_PORT is not set')
  })
})
