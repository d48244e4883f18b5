import { describe, expect, it } from 'vitest'
import { readOptions } from '../../demo/fulfilment/options.ts'

const complete = [
  ...['--brokers', '127.0.0.1:9092', '--registry', 'http://127.0.0.1:8081', '--database', 'postgres://127.0.0.1/own'],
  ...['--raw', 'raw.shop', '--transactional-id', 'falsework.native.order-lifecycle.1'],
]

describe('the command line of the fulfilment service', () => {
  it('says where everything is, and is without the bug unless it is asked for', () => {
    expect(readOptions(complete)).toEqual({
      brokers: '127.0.0.1:9092',
      registry: 'http://127.0.0.1:8081',
      database: 'postgres://127.0.0.1/own',
      raw: 'raw.shop',
      transactionalId: 'falsework.native.order-lifecycle.1',
      stateBeforeDispatch: 'known',
      ownWork: { kind: 'none' },
    })
    expect(readOptions([...complete, '--with-bug']).stateBeforeDispatch).toBe('believedPaid')
  })

  it('works for itself when it is asked to, at a pace and by a seed', () => {
    const steady = (...more: readonly string[]) => readOptions([...complete, '--own-work', ...more]).ownWork
    expect(steady()).toEqual({ kind: 'steady', seed: 1, transactionsPerSecond: 5 })
    expect(steady('--seed', '7', '--rate', '20')).toEqual({ kind: 'steady', seed: 7, transactionsPerSecond: 20 })
    expect(() => steady('--rate', '0')).toThrow("--rate is '0': expected a whole number from 1")
  })

  it('is refused with the name of what is missing', () => {
    expect(() => readOptions(complete.slice(2))).toThrow('--brokers is missing')
    expect(() => readOptions(complete.slice(0, -2))).toThrow('--transactional-id is missing')
  })
})
