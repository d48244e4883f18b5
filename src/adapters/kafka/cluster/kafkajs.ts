/** The parts of kafkajs that are used below its public face: connections, authentication, metadata, coordinators. */
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { frameSocket, type SocketAddress } from './frame-socket.ts'
import { repairKafkajs } from './kafkajs-repairs.ts'
import type { ApiVersions } from './own-requests.ts'

/** One connection, as far as requests of our own go over it. */
export interface Connection {
  readonly clientId: string
  readonly requestTimeout: number
  readonly socket: { cork(): void; write(bytes: Buffer): boolean; uncork(): void }
  readonly requestQueue: {
    push(request: {
      readonly entry: {
        readonly apiKey: number
        readonly apiVersion: number
        readonly apiName: string
        readonly correlationId: number
        readonly resolve: (answer: { readonly payload: Buffer }) => void
        readonly reject: (error: Error) => void
      }
      readonly expectResponse: boolean
      readonly requestTimeout: number | null
      readonly sendRequest: () => void
    }): void
  }
  isAuthenticated(): boolean
  authenticate(): Promise<void>
  /** `isConnected` of kafkajs counts `disconnecting` in: what is sent then may never come to an end. */
  readonly connectionStatus: 'connected' | 'disconnecting' | 'disconnected'
  nextCorrelationId(): number
}

export interface Broker {
  readonly nodeId: number
  /** Null until the first broker of the cluster has been asked. */
  readonly versions: ApiVersions | null
  readonly connectionPool: {
    getConnectionByRequest(request: { readonly request: { readonly apiKey: number } }): Promise<Connection>
  }
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

interface PartitionMetadata {
  readonly partitionId: number
  readonly leader: number
}

export interface Cluster {
  connect(): Promise<void>
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>
  refreshMetadata(): Promise<void>
  findTopicPartitionMetadata(topic: string): readonly PartitionMetadata[]
  findBroker(node: { readonly nodeId: number | string }): Promise<Broker>
  findGroupCoordinator(request: { readonly groupId: string; readonly coordinatorType: number }): Promise<Broker>
}

/** A cluster object of our own. */
export interface OwnCluster extends Cluster {
  /** At once: whatever is unanswered fails, and so does whatever is asked of it from then on. Never rejects. */
  close(): Promise<void>
}

type ClusterClass = new (options: Readonly<Record<string, unknown>>) => Cluster & { disconnect(): Promise<void> }

/** The version whose inner paths and shapes this was written against. */
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
} {
  const { version } = require('kafkajs/package.json') as { version: string }
  checkClientVersion(version)
  return {
    Cluster: require('kafkajs/src/cluster') as ClusterClass,
    createLogger: (require('kafkajs/src/loggers') as { createLogger: (options: object) => unknown }).createLogger,
  }
}

const kafkajs = load()
repairKafkajs()

export interface ClusterOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly requestTimeoutMs: number
}

/** A cluster object of our own: its connections are shared with nobody, so a long fetch holds up nothing else. */
export function createCluster(options: ClusterOptions): OwnCluster {
  const sockets = new Set<Socket>()
  const closed = new Error('the connection was given up')
  let isClosed = false
  const cluster = new kafkajs.Cluster({
    logger: kafkajs.createLogger({ level: 0, logCreator: () => () => undefined }),
    socketFactory: (address: SocketAddress) => {
      const socket = frameSocket(address)
      sockets.add(socket)
      // kafkajs connects anew for a request that finds its connection broken.
      if (isClosed) socket.destroy(closed)
      return socket.once('close', () => sockets.delete(socket))
    },
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
  const close = async (): Promise<void> => {
    isClosed = true
    // kafkajs waits for answers when it disconnects; one that it has disconnected meanwhile it waits for without a time-out.
    for (const socket of sockets) socket.destroy(closed)
    await cluster.disconnect().catch(() => undefined)
  }
  return Object.assign(cluster, { close })
}
