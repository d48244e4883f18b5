import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MessageDecoder } from '../../../src/core/capture/message-decoder.ts'
import { postgresDialect } from '../../../src/core/capture/positions/postgres.ts'
import { read } from './record/read.ts'

const newDecoder = (): MessageDecoder =>
  new MessageDecoder({ dialect: postgresDialect, tables: new Map(), format: 'json' })

const boundary = (status: string, more: Readonly<Record<string, unknown>>) => ({
  key: Buffer.from(JSON.stringify({ id: '571:255' })),
  value: Buffer.from(
    JSON.stringify({ status, id: '571:255', event_count: 3, data_collections: null, ...more, ts_ms: 1 }),
  ),
})

const count = fc.oneof(fc.nat(), fc.constantFrom(1.5, -1, '2', null, 2 ** 53, true, [1], { event_count: 1 }))
const item = fc.oneof(
  fc.record({ data_collection: fc.string(), event_count: count }),
  fc.record({ event_count: count, data_collection: fc.string() }),
  fc.record({ data_collection: fc.string() }),
  fc.constantFrom(null, 1, 'orders', []),
)
const collections = fc.oneof(fc.array(item, { maxLength: 4 }), fc.constantFrom(null, {}, 'none', 7))

it('a boundary says the same when it is scanned as when it is parsed, whatever its counts are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ event_count: count, data_collections: collections }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom('BEGIN', 'END'),
      (members, status) => {
        const decoder = newDecoder()
        const usual = [{ data_collection: 'public.orders', event_count: 3 }]
        read(decoder, boundary('END', { data_collections: usual }))
        for (const one of members) {
          const record = boundary(status, one)
          expect(read(decoder, record)).toEqual(read(newDecoder(), record))
        }
      },
    ),
  )
})
