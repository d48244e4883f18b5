/** A mapping that a native service takes over: its topic, its contract, and the service's publisher on a harness. */
import { randomBytes } from 'node:crypto'
import { MemorySchemaRegistry } from '../../src/adapters/schema-registry/memory-schema-registry.ts'
import { parseContract } from '../../src/core/event/contract/parse-contract.ts'
import { subjectOf } from '../../src/core/event/schema-subject.ts'
import type { NativeContract } from '../../src/native/event-types.ts'
import type { NativeEvent } from '../../src/native/native-event.ts'
import { type NativePublisher, type NativePublisherSettings, openOnPorts } from '../../src/native/native-publisher.ts'
import type { TransactionalOutput } from '../../src/ports/kafka/transactional-output.ts'
import { transactionTimeoutMs } from './kafka-batches.ts'
import type { KafkaHarness, SeenRecord } from './kafka-harness.ts'

const topic = 'orders.v1'
const partitions = 3

/** As in `contracts/OrderPlaced.v1.avsc`. */
export const orderPlaced: NativeContract = {
  event: 'OrderPlaced',
  version: 1,
  topic,
  text: JSON.stringify({
    type: 'record',
    name: 'OrderPlaced',
    namespace: 'com.acme.orders',
    doc: 'An order was placed.',
    owner: 'sales-team',
    fields: [
      { name: 'orderId', type: 'string', doc: 'The order.' },
      { name: 'note', type: ['null', 'string'], default: null, doc: 'What the customer wrote.' },
    ],
  }),
}

export interface NativeBench {
  readonly harness: KafkaHarness
  readonly mapping: string
  open(beforeCommit?: () => Promise<void>, settings?: Partial<NativePublisherSettings>): Promise<NativePublisher>
  /** What falsework does when it takes the scope back: whatever the publisher had open has come to its end. */
  fence(): Promise<void>
  event(event: Partial<NativeEvent>): NativeEvent
  /** Of one key, and more than fits into one batch of Kafka's: some are sent before the last one is appended. */
  manyEvents(count: number, origin?: NativeEvent['origin']): readonly NativeEvent[]
  /** What a reader finds at this moment. */
  visible(origin: NativeEvent['origin']): Promise<readonly SeenRecord[]>
  /** What is visible in the end: fences the publisher, since a commit is answered before its markers are written. */
  seen(origin: NativeEvent['origin']): Promise<readonly SeenRecord[]>
  ids(origin: NativeEvent['origin']): Promise<readonly string[]>
}

export async function nativeBench(harness: KafkaHarness): Promise<NativeBench> {
  const { names } = harness
  // Transactional ids have no prefix: others use the same brokers.
  const mapping = `orders-${randomBytes(6).toString('hex')}`
  const schemaRegistry = new MemorySchemaRegistry()
  await register(schemaRegistry, names.events(topic))
  await harness.createTopic(names.events(topic), partitions)
  await harness.createTopic(names.ownership, 1, { 'cleanup.policy': 'compact' })
  const standard = { transactionalId: `falsework.native.${mapping}.1`, contracts: [orderPlaced], source: '/fulfilment' }
  const event = (given: Partial<NativeEvent>): NativeEvent => ({
    mapping,
    scope: '3',
    topic,
    origin: 'mirrored',
    event: 'OrderPlaced',
    version: 1,
    key: '42',
    id: randomBytes(6).toString('hex'),
    timeUs: 1_769_853_600_123_456n,
    fields: { orderId: '42' },
    ...given,
  })
  const visible = async (origin: NativeEvent['origin']): Promise<readonly SeenRecord[]> =>
    await harness.readCommitted(origin === 'own' ? names.events(topic) : names.native(topic))
  const fence = async (): Promise<void> => {
    const { transactionalId } = standard
    const positions = { topic: names.nativePosition(transactionalId), stateKey: 'position', barrierKey: 'barrier' }
    const output = await harness.openTransactionalOutput({
      transactionalId,
      transactionTimeoutMs,
      stateTopic: positions,
    })
    await output.close()
  }
  const seen = async (origin: NativeEvent['origin']): Promise<readonly SeenRecord[]> => {
    await fence()
    return await visible(origin)
  }
  return {
    harness,
    mapping,
    open: async (beforeCommit, settings) =>
      await openOnPorts(
        {
          names,
          schemaRegistry,
          topicAdmin: harness.topicAdmin,
          ownershipLog: harness.ownershipLog,
          openTransactionalOutput: async (options) =>
            pausing(await harness.openTransactionalOutput(options), beforeCommit),
          close: async () => await Promise.resolve(),
        },
        { ...standard, transactionTimeoutMs, ...settings },
      ),
    fence,
    event,
    manyEvents: (count, origin = 'mirrored') =>
      Array.from({ length: count }, () => event({ origin, fields: { orderId: '42', note: 'x'.repeat(20_000) } })),
    visible,
    seen,
    ids: async (origin) => (await seen(origin)).map(({ headers }) => headers['ce_id'] ?? ''),
  }
}

async function register(schemaRegistry: MemorySchemaRegistry, publicTopic: string): Promise<void> {
  const parsed = parseContract({ ...orderPlaced, file: 'contracts/OrderPlaced.v1.avsc' })
  if (parsed.kind === 'refused') throw new Error('the contract of the bench cannot be read')
  const { contract } = parsed
  const subject = subjectOf(publicTopic, contract.fullName)
  await schemaRegistry.register({ subject, schema: contract.schema, compatibility: contract.compatibility })
}

const pausing = (output: TransactionalOutput, pause = async () => await Promise.resolve()): TransactionalOutput => ({
  state: output.state,
  append: (record) => output.append(record),
  commit: async (state) => {
    await pause()
    await output.commit(state)
  },
  close: async () => await output.close(),
})
