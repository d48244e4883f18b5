import { list, number, text } from './setting.ts'

/** Every setting of a project, in the order of the reference page. `falsework.yaml` holds them under these paths. */
export const settings = {
  brokers: list('kafka.brokers', {
    default: ['127.0.0.1:9092'],
    summary: 'Kafka bootstrap addresses, host:port.',
  }),
  requestTimeoutMs: number('kafka.requestTimeoutMs', {
    default: 10_000,
    bounds: [500, 120_000],
    summary: 'How long one request to a broker may take before its outcome counts as unknown.',
  }),
  leaseSessionMs: number('kafka.leaseSessionMs', {
    default: 10_000,
    bounds: [1_000, 300_000],
    summary:
      'After so long without a sign of life another daemon takes a source over; brokers demand 6 s unless told otherwise.',
  }),
  transactionTimeoutMs: number('kafka.transactionTimeoutMs', {
    default: 25_000,
    bounds: [5_000, 900_000],
    summary: 'How long a broker lets a transaction stay open; an open one delays every reader of the event topics.',
  }),
  transactionRows: number('limits.transactionRows', {
    default: 20_000,
    bounds: [1_000, 1_000_000],
    summary: 'Rows of one source transaction that are held in memory; a larger one is read twice.',
  }),
  transactionBytes: number('limits.transactionBytes', {
    default: 33_554_432,
    bounds: [1_048_576, 4_294_967_296],
    summary: 'Bytes of the same: what several sources hold at once must fit beside some 150 MB.',
  }),
  rowsDirectory: text('rows.directory', {
    default: '.falsework/rows',
    summary:
      'Where the rows of each source are kept, relative to the project: a local disk, for one daemon at a time. What is lost there is read again from the raw log.',
  }),
  registryUrl: text('registry.url', {
    default: 'http://127.0.0.1:8081/apis/ccompat/v7',
    summary: 'Base address of a Confluent-compatible schema registry, with its path.',
  }),
  connectUrl: text('connect.url', {
    default: 'http://127.0.0.1:8083',
    summary: 'Address of the REST interface of Kafka Connect.',
  }),
  topicPrefix: text('topics.prefix', {
    default: '',
    summary: 'Put before the name of every topic that falsework derives or a mapping names.',
  }),
  rawPrefix: text('topics.rawPrefix', {
    default: '=',
    summary: 'Put before the names of raw logs instead of topics.prefix; `=` is the same as topics.prefix.',
  }),
  partitions: number('topics.partitions', {
    default: 6,
    bounds: [1, 10_000],
    summary: 'Partitions of an event topic that `register` creates; a mapping may say otherwise.',
  }),
  replicationFactor: number('topics.replicationFactor', {
    default: 1,
    bounds: [1, 9],
    summary: 'Replicas of a topic that falsework creates.',
  }),
  httpHost: text('http.host', {
    default: '127.0.0.1',
    summary: 'Address on which the daemon serves /livez, /readyz, /metrics and /status.',
  }),
  httpPort: number('http.port', {
    default: 8686,
    bounds: [0, 65_535],
    summary: 'Port of the same; 0 takes a free one and logs it.',
  }),
  daemonUrl: text('daemon.url', {
    default: 'http://127.0.0.1:8686',
    summary: 'Where `falsework status` asks the daemon.',
  }),
} as const

export type Settings = { readonly [K in keyof typeof settings]: (typeof settings)[K]['default'] }
