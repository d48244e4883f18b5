/** The contracts of the events that the service publishes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NativeContract } from '../../src/native/index.ts'

const folder = join(import.meta.dirname, '..', '..', 'contracts')

const names = [
  'OrderPlaced',
  'OrderPaid',
  'OrderShipped',
  'OrderCancelled',
  'OrderStatusChanged',
  'OrderAmended',
  'OrderRemoved',
] as const

export const readContracts = (): readonly NativeContract[] =>
  names.map((event) => ({
    event,
    version: 1,
    topic: 'orders.v1',
    text: readFileSync(join(folder, `${event}.v1.avsc`), 'utf8'),
  }))
