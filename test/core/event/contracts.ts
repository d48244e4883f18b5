/** A contract with every type that contracts take, for the tests of this room. */
import type { Contract } from '../../../src/core/event/contract/contract.ts'
import { parseContract } from '../../../src/core/event/contract/parse-contract.ts'

const doc = 'what it means'

export const paidSchema = {
  type: 'record',
  name: 'Paid',
  namespace: 'com.acme.orders',
  doc: 'An order was paid.',
  owner: 'sales-team',
  fields: [
    { name: 'id', type: 'string', doc },
    { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 19, scale: 2 }, doc },
    { name: 'paidOn', type: { type: 'int', logicalType: 'date' }, doc },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' }, doc },
    { name: 'localAt', type: ['null', { type: 'long', logicalType: 'local-timestamp-micros' }], default: null, doc },
    { name: 'count', type: 'int', doc },
    { name: 'big', type: 'long', doc },
    { name: 'ratio', type: ['double', 'null'], default: 0.5, doc },
    { name: 'small', type: 'float', doc },
    { name: 'open', type: 'boolean', default: true, doc },
    { name: 'raw', type: ['null', 'bytes'], doc },
    { name: 'payer', type: { type: 'record', name: 'Payer', fields: [{ name: 'name', type: 'string', doc }] }, doc },
    {
      name: 'lines',
      type: {
        type: 'array',
        items: { type: 'record', name: 'Line', fields: [{ name: 'sku', type: ['null', 'string'], doc }] },
      },
      doc,
    },
  ],
} as const

/** A contract from a schema, named after its record. */
export function contractOf(schema: object, version = 1): Contract {
  const event = 'name' in schema ? String(schema.name) : ''
  const parsed = parseContract({ text: JSON.stringify(schema), file: `${event}.avsc`, event, version })
  if (parsed.kind === 'refused') throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.contract
}

export const paidContract = contractOf(paidSchema)
