/** What falsework has made for a mapping whose stream a native service takes over, in memory. */
import { type MemoryKafka, memoryKafka } from '../../src/adapters/memory/memory-kafka.ts'
import { MemorySchemaRegistry } from '../../src/adapters/schema-registry/memory-schema-registry.ts'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import { encodeOwnership, type OwnedScope } from '../../src/core/migration/ownership-record.ts'
import type { NativeEvent } from '../../src/native/native-event.ts'
import { type NativePublisher, type NativePublisherSettings, openOnPorts } from '../../src/native/native-publisher.ts'
import { orderPlaced } from '../contract/native-bench.ts'

export const mapping = 'order-lifecycle'

export const placed: NativeEvent = {
  mapping,
  scope: '3',
  topic: orderPlaced.topic,
  origin: 'own',
  event: orderPlaced.event,
  version: orderPlaced.version,
  key: '42',
  id: 'event-1',
  timeUs: 1_769_853_600_123_456n,
  fields: { orderId: '42' },
}

export const settings: NativePublisherSettings = {
  transactionalId: `falsework.native.${mapping}.1`,
  contracts: [orderPlaced],
  source: '/fulfilment',
  transactionTimeoutMs: 1_000,
}

export interface NativeInstallation {
  readonly kafka: MemoryKafka
  /** How often the ports of a publisher were closed. */
  readonly closed: () => number
  open(given?: Partial<NativePublisherSettings>): Promise<NativePublisher>
  /** Makes native the owner of every scope. */
  handOver(): void
  /** Says who owns a scope, as falsework does. */
  decide(owned: Omit<OwnedScope, 'position'>): void
}

export async function nativeInstallation(prefix = ''): Promise<NativeInstallation> {
  const names = topicNames(prefix)
  const kafka = memoryKafka({ names, clock: systemClock })
  const schemaRegistry = new MemorySchemaRegistry()
  const publicTopic = names.events(orderPlaced.topic)
  kafka.cluster.createTopic(publicTopic, 3)
  kafka.cluster.createTopic(names.ownership, 1)
  await schemaRegistry.register({
    subject: `${publicTopic}-com.acme.orders.OrderPlaced`,
    // As a registry may give it back: spaced and ordered otherwise.
    schema: JSON.stringify(JSON.parse(orderPlaced.text, reversed), null, 2),
    compatibility: 'FULL_TRANSITIVE',
  })
  let closed = 0
  const close = async (): Promise<void> => {
    closed += 1
    await Promise.resolve()
  }
  const decide = (owned: Omit<OwnedScope, 'position'>): void => {
    kafka.cluster.append(names.ownership, encodeOwnership({ ...owned, position: null }))
  }
  return {
    kafka,
    closed: () => closed,
    open: async (given) => await openOnPorts({ ...kafka, names, schemaRegistry, close }, { ...settings, ...given }),
    handOver: () => decide({ mapping, scope: null, owner: 'native', epoch: 2 }),
    decide,
  }
}

const reversed = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toReversed())
    : value
