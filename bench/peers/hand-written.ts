/**
 * The competitor: the handler that a good engineer writes in an hour. kafkajs, eachBatch, JSON.parse, if,
 * JSON.stringify, one transaction for each batch with the offsets in it.
 */
import kafkajs from 'kafkajs'

const { BENCH_BROKERS = '', BENCH_RAW = '', BENCH_OUTPUT = '', BENCH_GROUP = '' } = process.env
const kafka = new kafkajs.Kafka({ brokers: [BENCH_BROKERS], clientId: BENCH_GROUP, logLevel: kafkajs.logLevel.NOTHING })
const consumer = kafka.consumer({ groupId: BENCH_GROUP, maxWaitTimeInMs: 10 })
const producer = kafka.producer({
  transactionalId: BENCH_GROUP,
  idempotent: true,
  maxInFlightRequests: 1,
  retry: { initialRetryTime: 5 },
})

interface Row {
  readonly id: number
  readonly [column: string]: unknown
}

interface Envelope {
  readonly op?: string
  readonly before: Row | null
  readonly after: Row | null
  readonly source: { readonly table: string; readonly ts_us: number; readonly lsn: number }
}

const statusNames: Readonly<Record<string, string>> = { N: 'NEW', P: 'PAID', S: 'SHIPPED', X: 'CANCELLED' }

function translate(value: Buffer): { key: string; value: string; headers: Record<string, string> } | null {
  const { op, before, after, source } = JSON.parse(value.toString()) as Envelope
  if (op !== 'u' || source.table !== 'orders' || before === null || after === null) return null
  if (before['status'] === after['status'] || after['status'] === 'X') return null
  const date = String(after['order_dt'])
  const event = {
    orderId: String(after.id),
    customerId: String(after['customer_id']),
    storeNo: after['store_no'],
    status: statusNames[String(after['status'])],
    previousStatus: statusNames[String(before['status'])],
    total: (Number(after['total_cents']) / 100).toFixed(2),
    currency: after['curr_cd'],
    placedOn: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`,
    sku: String(after['sku']).trim(),
    quantity: after['qty'],
    discount: after['discount'],
    carrier: after['carrier_cd'] ?? 'NONE',
    changedAt: new Date(source.ts_us / 1000).toISOString(),
  }
  const headers = { type: 'OrderChanged', id: `${source.lsn}-${after.id}` }
  return { key: String(after.id), value: JSON.stringify(event), headers }
}

await producer.connect()
await consumer.connect()
await consumer.subscribe({ topic: BENCH_RAW, fromBeginning: true })
await consumer.run({
  autoCommit: false,
  eachBatchAutoResolve: false,
  eachBatch: async (payload) => {
    const { batch } = payload
    const messages = batch.messages.flatMap(({ value }) => (value === null ? [] : (translate(value) ?? [])))
    const offset = String(Number(batch.lastOffset()) + 1)
    const transaction = await producer.transaction()
    if (messages.length > 0) await transaction.send({ topic: BENCH_OUTPUT, messages })
    await transaction.sendOffsets({
      consumerGroupId: BENCH_GROUP,
      topics: [{ topic: BENCH_RAW, partitions: [{ partition: 0, offset }] }],
    })
    await transaction.commit()
    payload.resolveOffset(batch.lastOffset())
    await payload.heartbeat()
  },
})
