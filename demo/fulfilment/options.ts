/** What the service can be told on its command line. */
import { parseArgs } from 'node:util'
import type { StateBeforeDispatch } from './orders/order-events.ts'

export interface Options {
  readonly brokers: string
  readonly registry: string
  readonly database: string
  readonly raw: string
  readonly transactionalId: string
  readonly stateBeforeDispatch: StateBeforeDispatch
  /** In stores that it owns. */
  readonly ownWork: OwnWork
}

export type OwnWork =
  | { readonly kind: 'none' }
  | { readonly kind: 'steady'; readonly seed: number; readonly transactionsPerSecond: number }

export const usage = `node demo/fulfilment/main.ts options
  --brokers HOSTS         of Kafka, host:port, separated by commas
  --registry URL          of the schema registry
  --database URL          of its own PostgreSQL database, which is created when it is not there
  --raw TOPIC             the raw log of the legacy shop
  --transactional-id ID   under which it publishes
  --own-work              places orders and moves them on in stores that it owns
  --seed N                which ones (1)
  --rate N                so many a second (5)
  --with-bug              OrderShipped.previousStatus says PAID of every order
It exits with 3 when another publisher has taken its transactional id.`

/** Raises an Error that names what is missing. */
export function readOptions(parameters: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      brokers: { type: 'string' },
      registry: { type: 'string' },
      database: { type: 'string' },
      raw: { type: 'string' },
      'transactional-id': { type: 'string' },
      'own-work': { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      rate: { type: 'string', default: '5' },
      'with-bug': { type: 'boolean', default: false },
    },
  })
  const given = (name: 'brokers' | 'registry' | 'database' | 'raw' | 'transactional-id'): string => {
    const value = values[name]
    if (value === undefined || value === '') throw new Error(`--${name} is missing`)
    return value
  }
  return {
    brokers: given('brokers'),
    registry: given('registry'),
    database: given('database'),
    raw: given('raw'),
    transactionalId: given('transactional-id'),
    stateBeforeDispatch: values['with-bug'] ? 'believedPaid' : 'known',
    ownWork: values['own-work']
      ? { kind: 'steady', seed: number('seed', values.seed, 0), transactionsPerSecond: number('rate', values.rate, 1) }
      : { kind: 'none' },
  }
}

function number(name: string, text: string, min: number): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isInteger(value) && value >= min) return value
  throw new Error(`--${name} is '${text}': expected a whole number from ${min}`)
}
