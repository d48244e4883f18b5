import { commaList } from '../core/shape/composites.ts'
import { integer, text } from '../core/shape/scalars.ts'
import { type Setting, setting } from './setting.ts'
import { brokerAddress, httpUrl, topicPrefix } from './value-shapes.ts'

/** Every setting of a project, in the order of the reference page. `falsework.yaml` holds them under these paths. */
export const settings = {
  brokers: setting<readonly string[]>('kafka.brokers', {
    shape: commaList(brokerAddress, 1),
    standard: ['127.0.0.1:9092'],
    doc: 'Kafka bootstrap addresses, host:port.',
  }),
  requestTimeoutMs: setting('kafka.requestTimeoutMs', {
    shape: integer(500, 120_000),
    standard: 10_000,
    doc: 'How long one request to a broker may take before its outcome counts as unknown.',
  }),
  leaseSessionMs: setting('kafka.leaseSessionMs', {
    shape: integer(1_000, 300_000),
    standard: 10_000,
    doc: 'After so long without a sign of life another daemon takes a source over; brokers demand 6 s unless told otherwise.',
  }),
  transactionTimeoutMs: setting('kafka.transactionTimeoutMs', {
    shape: integer(5_000, 900_000),
    standard: 25_000,
    doc: 'How long a broker lets a transaction stay open; an open one delays every reader of the event topics.',
  }),
  transactionRows: setting('limits.transactionRows', {
    shape: integer(1_000, 1_000_000),
    standard: 20_000,
    doc: 'Rows of one source transaction that are held in memory; a larger one is read twice.',
  }),
  transactionBytes: setting('limits.transactionBytes', {
    shape: integer(1_048_576, 4_294_967_296),
    standard: 33_554_432,
    doc: 'Bytes of the same: what several sources hold at once must fit beside some 150 MB.',
  }),
  heldInputs: setting('limits.heldInputs', {
    shape: integer(1, 10_000_000),
    standard: 10_000,
    doc: 'Inputs of a source that may wait behind failed ones; the source halts before there are more.',
  }),
  heldBytes: setting('limits.heldBytes', {
    shape: integer(1_048_576, 4_294_967_296),
    standard: 67_108_864,
    doc: 'Bytes of the same, on Kafka: they are not held in memory.',
  }),
  rowsDirectory: setting('rows.directory', {
    shape: text,
    standard: '.falsework/rows',
    doc: 'Where the rows of each source are kept, relative to the project: a local disk, for one daemon at a time. What is lost there is read again from the raw log.',
  }),
  registryUrl: setting('registry.url', {
    shape: httpUrl,
    standard: 'http://127.0.0.1:8081/apis/ccompat/v7',
    doc: 'Base address of a Confluent-compatible schema registry, with its path.',
  }),
  connectUrl: setting('connect.url', {
    shape: httpUrl,
    standard: 'http://127.0.0.1:8083',
    doc: 'Address of the REST interface of Kafka Connect.',
  }),
  topicPrefix: setting('topics.prefix', {
    shape: topicPrefix,
    standard: '',
    doc: 'Put before the name of every topic that falsework derives or a mapping names.',
  }),
  rawPrefix: setting<string | null>('topics.rawPrefix', {
    shape: topicPrefix,
    standard: null,
    doc: 'Put before the names of raw logs instead of topics.prefix, which is meant where it is not set.',
  }),
  partitions: setting('topics.partitions', {
    shape: integer(1, 10_000),
    standard: 6,
    doc: 'Partitions of an event topic that `register` creates; a mapping may say otherwise.',
  }),
  replicationFactor: setting('topics.replicationFactor', {
    shape: integer(1, 9),
    standard: 1,
    doc: 'Replicas of a topic that falsework creates.',
  }),
  httpHost: setting('http.host', {
    shape: text,
    standard: '127.0.0.1',
    doc: 'Address on which the daemon serves /livez, /readyz, /metrics and /status.',
  }),
  httpPort: setting('http.port', {
    shape: integer(0, 65_535),
    standard: 8686,
    doc: 'Port of the same; 0 takes a free one and logs it.',
  }),
  daemonUrl: setting('daemon.url', {
    shape: httpUrl,
    standard: 'http://127.0.0.1:8686',
    doc: 'Where `falsework status` asks the daemon.',
  }),
} as const

export type Settings = {
  readonly [K in keyof typeof settings]: (typeof settings)[K] extends Setting<infer T> ? T : never
}
