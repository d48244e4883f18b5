import { expect, it } from 'vitest'
import { contractOf } from '../../event/contracts.ts'
import { runPage } from '../page.ts'

const contract = (name: string, fields: Readonly<Record<string, string>>) =>
  contractOf({
    type: 'record',
    name,
    namespace: 'com.acme.orders',
    owner: 'sales-team',
    doc: 'What happened to an order.',
    fields: Object.entries(fields).map(([field, type]) => ({ name: field, type, doc: 'what it is' })),
  })

it('the mappings on the page about groups do what their fixtures say', () => {
  const { passed, problems } = runPage('docs/groups.md', [
    contract('OrderReduced', { orderId: 'string', changedLines: 'int', quantity: 'int' }),
    contract('DestinationChanged', { orderId: 'string', country: 'string' }),
  ])
  expect(problems).toEqual([])
  expect(passed).toBe(3)
})
