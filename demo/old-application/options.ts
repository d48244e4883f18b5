/** What the old application can be told on its command line. */
import { parseArgs } from 'node:util'
import type { Pace, RunOptions } from './run/run-plan.ts'
import type { LostConnection } from './run/shop-session.ts'

export interface Options {
  readonly seed: number
  readonly length: RunOptions['length']
  readonly sessions: number
  readonly pace: Pace
  readonly lostConnection: LostConnection
}

export const usage = `node demo/old-application/main.ts [options]
  --seed N            the story that is told (1)
  --transactions N    ends after that many (endless)
  --sessions N        sessions that work at once (4)
  --rate N            transactions a second, or unlimited (20)
  --reconnect SECONDS how long to wait for a database that went away, or never (never)
The database: FALSEWORK_SHOP_HOST, _PORT, _DATABASE, _USER, _PASSWORD.`

/** Raises an Error that says what was given and what was expected. */
export function readOptions(parameters: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      seed: { type: 'string', default: '1' },
      transactions: { type: 'string', default: 'endless' },
      sessions: { type: 'string', default: '4' },
      rate: { type: 'string', default: '20' },
      reconnect: { type: 'string', default: 'never' },
    },
  })
  const { transactions, rate, reconnect } = values
  return {
    seed: number('seed', values.seed, 0),
    length:
      transactions === 'endless'
        ? { kind: 'endless' }
        : { kind: 'bounded', transactions: number('transactions', transactions, 1) },
    sessions: number('sessions', values.sessions, 1),
    pace:
      rate === 'unlimited' ? { kind: 'unlimited' } : { kind: 'rate', transactionsPerSecond: number('rate', rate, 1) },
    lostConnection:
      reconnect === 'never'
        ? { kind: 'fail' }
        : { kind: 'reconnect', outageMsMax: number('reconnect', reconnect, 1) * 1000 },
  }
}

function number(name: string, text: string, min: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < min) {
    throw new Error(`--${name} is '${text}': expected a whole number from ${min}`)
  }
  return value
}
