import { join } from 'node:path'
import { expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'

/** A port on which nobody listens. */
const nowhere = '127.0.0.1:1'

it('doctor answers exit 3 when everything is down, and calls nothing violated', async () => {
  let out = ''
  const code = await main(['doctor', '-o', 'json'], {
    environment: {
      FALSEWORK_KAFKA_BROKERS: nowhere,
      FALSEWORK_KAFKA_REQUEST_TIMEOUT_MS: '500',
      FALSEWORK_CONNECT_URL: `http://${nowhere}`,
      FALSEWORK_KEY_CUSTOMER_EMAIL: 'addresses-of-nobody',
      FALSEWORK_SHOP_HOST: '127.0.0.1',
      FALSEWORK_SHOP_PORT: '1',
      FALSEWORK_SHOP_DATABASE: 'none',
      FALSEWORK_SHOP_USER: 'nobody',
      FALSEWORK_SHOP_PASSWORD: 'none',
    },
    workingFolder: join(import.meta.dirname, '..', '..'),
    interrupted: new AbortController().signal,
    exit: 0,
    streams: { out: (text) => (out += text), err: () => undefined, colour: 'off' },
  })
  const { items } = JSON.parse(out) as { items: readonly { verdict: string; found: string }[] }
  expect(new Set(items.map(({ verdict }) => verdict))).toEqual(new Set(['notAsked']))
  expect(new Set(items.map(({ found }) => found.split(':')[0]))).toEqual(
    new Set(['CONNECT_UNREACHABLE', 'KAFKA_UNREACHABLE', 'DATABASE_UNREACHABLE']),
  )
  expect(code).toBe(3)
}, 30_000)
