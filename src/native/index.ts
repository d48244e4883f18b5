/** `falsework/native`: how the new service publishes to a stream that it takes over from falsework, and asks who owns it. */
import { connectKafka } from '../adapters/kafka/connect-kafka.ts'
import { restSchemaRegistry } from '../adapters/schema-registry/rest-schema-registry.ts'
import { topicNames } from '../core/delivery/topic-names.ts'
import { type OwnershipReader, ownershipReaderOnPorts } from './ownership-reader.ts'
import { type NativePublisher, openOnPorts, type NativePublisherSettings } from './native-publisher.ts'

export type { Value } from '../core/values/value.ts'
export type { NativeContract } from './event-types.ts'
export type { NativeBatch, NativeEvent } from './native-event.ts'
export type { NativePublisher } from './native-publisher.ts'
export type { Owners, OwnershipReader, ScopeOwner } from './ownership-reader.ts'

export interface NativePublisherOptions
  extends Omit<NativePublisherSettings, 'transactionTimeoutMs'>,
    Partial<Pick<NativePublisherSettings, 'transactionTimeoutMs'>> {
  /** `host:port` of some brokers. */
  readonly brokers: readonly string[]
  /** `topics.prefix` of falsework.yaml; none by default. */
  readonly topicPrefix?: string
  /** `registry.url` of falsework.yaml; may carry `user:password@`. */
  readonly registryUrl: string
  /** How long one request may take before its outcome counts as unknown; 10 s by default. */
  readonly requestTimeoutMs?: number
}

/** As the settings of falsework.yaml are by default. */
const standard = { requestTimeoutMs: 10_000, transactionTimeoutMs: 25_000 } as const

/** The brokers' own default, `default.replication.factor`. */
const brokersReplication = -1

/** Opens as `openOnPorts` says, on Kafka and a schema registry. */
export async function openNativePublisher(options: NativePublisherOptions): Promise<NativePublisher> {
  const { brokers, topicPrefix = '', registryUrl, ...settings } = { ...standard, ...options }
  const { transactionalId, requestTimeoutMs } = settings
  const names = topicNames(topicPrefix)
  const kafka = connectKafka({
    brokers,
    clientId: transactionalId,
    requestTimeoutMs,
    names,
    replicationFactor: brokersReplication,
  })
  const schemaRegistry = restSchemaRegistry({ url: registryUrl, requestTimeoutMs })
  return await openOnPorts({ ...kafka, names, schemaRegistry }, settings)
}

export interface OwnershipReaderOptions
  extends Pick<NativePublisherOptions, 'brokers' | 'topicPrefix' | 'requestTimeoutMs'>,
    Partial<Pick<NativePublisherSettings, 'transactionTimeoutMs'>> {
  /** As which the brokers know the service. */
  readonly clientId: string
}

/** Connects when it is first read. */
export function openOwnershipReader(options: OwnershipReaderOptions): OwnershipReader {
  const { brokers, clientId, topicPrefix = '', requestTimeoutMs, transactionTimeoutMs } = { ...standard, ...options }
  const names = topicNames(topicPrefix)
  const kafka = connectKafka({ brokers, clientId, requestTimeoutMs, names, replicationFactor: brokersReplication })
  return ownershipReaderOnPorts(kafka, { maxWaitMs: transactionTimeoutMs })
}
