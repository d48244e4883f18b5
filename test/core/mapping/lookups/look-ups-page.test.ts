import { expect, it } from 'vitest'
import { contractOf } from '../../event/contracts.ts'
import { runPage } from '../page.ts'

const field = (name: string, type: unknown): object => ({ name, type, doc: 'what it is' })
const contract = contractOf({
  type: 'record',
  name: 'OrderConfirmed',
  namespace: 'com.acme.orders',
  owner: 'sales-team',
  doc: 'An order was paid.',
  fields: [
    field('orderId', 'string'),
    field('country', 'string'),
    field('lines', {
      type: 'array',
      items: {
        type: 'record',
        name: 'ConfirmedLine',
        fields: [
          field('sku', 'string'),
          { ...field('product', ['null', 'string']), default: null },
          field('quantity', 'int'),
        ],
      },
    }),
  ],
})

it('the mapping on the page about look-ups does what its fixtures say', () => {
  const { passed, problems } = runPage('docs/look-ups.md', [contract])
  expect(problems).toEqual([])
  expect(passed).toBe(2)
})
