/** The parts of kafkajs that are used below its public face: connections, authentication, metadata, coordinators. */
import { createRequire } from 'node:module'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'

/** What goes over a connection: our own bytes in, the response's bytes out. */
export interface ProtocolRequest {
  readonly request: {
    readonly apiKey: number
    readonly apiVersion: number
    readonly apiName: string
    /** kafkajs copies `buffer` behind its own header; `buf` is what it checks. */
    readonly encode: () => Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>
  }
  readonly response: {
    readonly decode: (payload: Buffer) => Promise<Buffer>
    readonly parse: (payload: Buffer) => Promise<Buffer>
  }
  readonly requestTimeout?: number
  readonly logResponseError?: boolean
}

export interface Broker {
  readonly nodeId: number
  readonly connectionPool: { send(request: ProtocolRequest): Promise<Buffer> }
  initProducerId(request: {
    readonly transactionalId: string
    readonly transactionTimeout: number
  }): Promise<{ readonly producerId: string; readonly producerEpoch: number }>
  listOffsets(request: {
    readonly isolationLevel: number
    readonly topics: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly timestamp: string }[]
    }[]
  }): Promise<{
    readonly responses: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
    }[]
  }>
}

export interface PartitionMetadata {
  readonly partitionId: number
  readonly leader: number
}

export interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>
  refreshMetadata(): Promise<void>
  findTopicPartitionMetadata(topic: string): readonly PartitionMetadata[]
  findBroker(node: { readonly nodeId: number | string }): Promise<Broker>
  findGroupCoordinator(request: { readonly groupId: string; readonly coordinatorType: number }): Promise<Broker>
}

type ClusterClass = new (options: Readonly<Record<string, unknown>>) => Cluster

/** The version whose inner paths and request shapes the codec was written against. */
const pinnedVersion = '2.2.4'

const require = createRequire(import.meta.url)

/** Raises `KAFKA_CLIENT` when the installed kafkajs is another version than the one this was written for. */
export function checkClientVersion(version: string): void {
  if (version === pinnedVersion) return
  throw new FalseworkError('KAFKA_CLIENT', `kafkajs is version ${version}, expected ${pinnedVersion}`)
}

function load(): {
  readonly Cluster: ClusterClass
  readonly createLogger: (options: object) => unknown
  readonly socketFactory: () => unknown
} {
  const { version } = require('kafkajs/package.json') as { version: string }
  checkClientVersion(version)
  return {
    Cluster: require('kafkajs/src/cluster') as ClusterClass,
    createLogger: (require('kafkajs/src/loggers') as { createLogger: (options: object) => unknown }).createLogger,
    socketFactory: require('kafkajs/src/network/socketFactory') as () => unknown,
  }
}

interface RequestQueue {
  readonly throttledUntil: number
  readonly pending: readonly unknown[]
  throttleCheckTimeoutId: ReturnType<typeof setTimeout> | null
  checkPendingRequests(): void
  scheduleCheckPendingRequests(): void
}

const pendingCheckMs = 10

/**
 * kafkajs 2.2.4 sets a timer of negative length after every look at an idle queue, which runs at once and sets the
 * next: each connection wakes the process a thousand times a second. A timer is needed only while something waits.
 */
function calmRequestQueues(): void {
  const queue = (require('kafkajs/src/network/requestQueue') as { readonly prototype: RequestQueue }).prototype
  queue.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return
    const dueInMs = Math.max(pendingCheckMs, this.throttledUntil - Date.now())
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null
      this.checkPendingRequests()
    }, dueInMs)
  }
}

const kafkajs = load()
calmRequestQueues()

export interface ClusterOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly requestTimeoutMs: number
}

/** A cluster object of our own: its connections are shared with nobody, so a long fetch holds up nothing else. */
export function createCluster(options: ClusterOptions): Cluster {
  return new kafkajs.Cluster({
    logger: kafkajs.createLogger({ level: 0, logCreator: () => () => undefined }),
    socketFactory: kafkajs.socketFactory(),
    brokers: options.brokers,
    clientId: options.clientId,
    connectionTimeout: Math.min(3_000, options.requestTimeoutMs),
    requestTimeout: options.requestTimeoutMs,
    enforceRequestTimeout: true,
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    maxInFlightRequests: null,
    isolationLevel: 1,
    // Whoever opened us decides what a failure means; nothing below may try again on its own.
    retry: { retries: 0 },
  })
}
