/** An event of a mapping, and what its records are made of. */
import type { Publication } from '../../../src/core/event/business-event.ts'
import type { PublicationRecords } from '../../../src/core/event/record-factory.ts'
import { contractOf } from './contracts.ts'

export const orderPaid: Publication = {
  mapping: 'order-lifecycle',
  rule: 'paid',
  event: 'OrderPaid',
  version: 1,
  topic: 'orders.v1',
  contract: contractOf({
    type: 'record',
    name: 'OrderPaid',
    namespace: 'com.acme.orders',
    owner: 'sales-team',
    fields: [{ name: 'orderId', type: 'string', doc: 'The order.' }],
  }),
}

export const recordsOf = (publication: Publication): PublicationRecords => ({
  publication,
  topic: 'a.orders.v1',
  order: 2,
  source: 'shop',
  revisionHash: 'f00d',
  schema: { id: 7, url: 'http://registry/schemas/ids/7' },
  partitions: 6,
  epoch: 0,
  scope: null,
})
