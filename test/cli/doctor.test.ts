import { expect, it } from 'vitest'
import { falsework, repository } from './in-process.ts'

/** A port on which nobody listens. */
const nowhere = '127.0.0.1:1'

it('doctor answers exit 3 when everything is down, and calls nothing violated', async () => {
  const { code, out } = await falsework(['doctor', '-o', 'json'], {
    folder: repository,
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
  })
  const { items } = JSON.parse(out) as { items: readonly { verdict: string; found: string }[] }
  expect(new Set(items.map(({ verdict }) => verdict))).toEqual(new Set(['notAsked']))
  expect(new Set(items.map(({ found }) => found.split(':')[0]))).toEqual(
    new Set(['CONNECT_UNREACHABLE', 'KAFKA_UNREACHABLE', 'DATABASE_UNREACHABLE']),
  )
  expect(code).toBe(3)
}, 30_000)
