/** Every metric, declared once. Names and labels are public: people's alerts and dashboards are written against them. */

export interface MetricDeclaration {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** Never a row's key, an id or a value. */
  readonly labels: readonly string[]
  /** Upper bounds in seconds, of a histogram. */
  readonly bucketsSeconds?: readonly number[]
}

/** From "as fast as the connector polls" to "somebody should have been told". */
const latencyBucketsSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
/** A slice is meant to take 10 to 20 ms; a second of it is too long. */
const stageBucketsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** By the name behind that of the brand. */
export const metrics = {
  changes_consumed_total: {
    kind: 'counter',
    help: 'Row changes read from a raw log, by operation as Debezium names it; table is unknown for all that the catalog does not know.',
    labels: ['source', 'table', 'op'],
  },
  events_published_total: {
    kind: 'counter',
    help: 'Business events that became visible.',
    labels: ['mapping', 'event_type', 'stage'],
  },
  changes_skipped_total: {
    kind: 'counter',
    help: 'Records that gave no event by design: snapshot rows, repeats, heartbeats, tombstones, updates without change.',
    labels: ['source', 'reason'],
  },
  envelopes_parsed_whole_total: {
    kind: 'counter',
    help: 'Row changes that took the longer way of parsing: right, but slower. Many of them: a release of the connector adds a member.',
    labels: ['source'],
  },
  suspected_lost_heads_total: {
    kind: 'counter',
    help: 'Source transactions that may have lost their first rows at a restart of the connector; the log names them.',
    labels: ['source'],
  },
  unknown_tables_total: {
    kind: 'counter',
    help: 'Tables that the catalog does not know and whose rows have arrived; the log and `status` name them.',
    labels: ['source'],
  },
  unknown_columns_total: {
    kind: 'counter',
    help: 'Columns that the catalog does not know, of tables that mappings read; the log and `status` name them.',
    labels: ['source'],
  },
  translate_failures_total: {
    kind: 'counter',
    help: 'Inputs on which a rule failed, by class of failure.',
    labels: ['mapping', 'code'],
  },
  inputs_skipped_total: {
    kind: 'counter',
    help: 'Failed inputs that were lost on purpose, by class of failure: the mapping says `skip`, and why.',
    labels: ['mapping', 'code'],
  },
  fields_nulled_total: {
    kind: 'counter',
    help: 'Optional fields of published events that are null since their expression failed, by class of failure: the mapping says `nullField`.',
    labels: ['mapping', 'code'],
  },
  inputs_held: {
    kind: 'gauge',
    help: 'Inputs that wait behind a failed one of their key or mapping, the failed ones among them.',
    labels: ['source'],
  },
  dead_letters_decided_total: {
    kind: 'counter',
    help: 'Dead letters that an operator has said a word about, by what has become of them: published, discarded, held, failed (again), foreign (another one owns their scope by now), turn (when those that wait with it have theirs), gone (decided before), left (no revision in force can translate it).',
    labels: ['source', 'outcome'],
  },
  event_latency_seconds: {
    kind: 'histogram',
    help: 'From the commit in the source to the commit in Kafka.',
    labels: ['mapping'],
    bucketsSeconds: latencyBucketsSeconds,
  },
  stage_duration_seconds: {
    kind: 'histogram',
    help: 'Time that is spent in one step: waiting for a batch (fetch), its translation (translate), a Kafka transaction (transaction).',
    labels: ['step'],
    bucketsSeconds: stageBucketsSeconds,
  },
  consumer_lag_records: {
    kind: 'gauge',
    help: 'Records of a raw log that are not yet translated.',
    labels: ['topic', 'partition'],
  },
  consumer_lag_seconds: {
    kind: 'gauge',
    help: 'Since the commit of the last translated source transaction, while records wait behind it; 0 when none does.',
    labels: ['topic', 'partition'],
  },
  last_event_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the last event of a mapping was published, in seconds since the epoch.',
    labels: ['mapping'],
  },
  transactions_total: {
    kind: 'counter',
    help: 'Kafka transactions by outcome: committed, refused, fenced, uncertain.',
    labels: ['source', 'outcome'],
  },
  source_sound: {
    kind: 'gauge',
    help: '1 while a source works here, or another instance works on it; 0 while a person may have something to do.',
    labels: ['source'],
  },
  source_state: {
    kind: 'gauge',
    help: '1 for the state that a source is in, 0 for all others: waiting, opening, running, recovering, halted, yielded, stopped.',
    labels: ['source', 'state'],
  },
  registry_unread: {
    kind: 'gauge',
    help: '1 while the registry log has a record that cannot be read, and nothing behind it is in force; else 0.',
    labels: [],
  },
  fenced_total: {
    kind: 'counter',
    help: 'How often another instance took a source over while this one was publishing.',
    labels: ['source'],
  },
  dead_letter_written_total: {
    kind: 'counter',
    help: 'Failed inputs that were set aside as dead letters, by class of failure.',
    labels: ['code'],
  },
  violations_total: {
    kind: 'counter',
    help: 'Inputs that were set aside since the new service owns their scope: somebody writes the legacy tables behind the fence.',
    labels: ['mapping'],
  },
  epoch_decreases_total: {
    kind: 'counter',
    help: 'Events of public topics with a lesser epoch than their key had had before: two have published for one scope.',
    labels: ['topic', 'partition'],
  },
  rows_store_lag_records: {
    kind: 'gauge',
    help: 'Records of a raw log between what is in the row store of its source and what it is to hold; it falls while a store is built.',
    labels: ['source'],
  },
  rows_store_entries: {
    kind: 'gauge',
    help: 'Rows in the row store of a source, and what is derived from them.',
    labels: ['source'],
  },
  rows_store_bytes: {
    kind: 'gauge',
    help: 'Bytes of the row store of a source on the disk. Space of rows that are deleted is used again, and not given back.',
    labels: ['source'],
  },
  mappings_awaiting_rows: {
    kind: 'gauge',
    help: 'Mappings in force that translate nothing, until a snapshot has shown all rows of a table that they look up; `status` names them.',
    labels: ['source'],
  },
  audit_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the last `falsework audit SOURCE` was written down, seconds since the epoch; absent where there was none.',
    labels: ['source'],
  },
  audit_rows: {
    kind: 'gauge',
    help: 'Rows that the last audit of a source has compared.',
    labels: ['source'],
  },
  audit_differences: {
    kind: 'gauge',
    help: 'Rows that differed between row store and database in the last audit of a source; it was clean at 0.',
    labels: ['source'],
  },
  rows_written_total: {
    kind: 'counter',
    help: 'Rows that were set or removed in the row store of a source; a row that changes often is written once for all of it.',
    labels: ['source'],
  },
  build_info: {
    kind: 'gauge',
    help: 'Always 1; the labels say what is running.',
    labels: ['version', 'kafka_client'],
  },
} as const satisfies Readonly<Record<string, MetricDeclaration>>

type Declarations = typeof metrics

export type MetricName = keyof Declarations

export type MetricOf<Kind extends MetricDeclaration['kind']> = {
  [Name in MetricName]: Declarations[Name]['kind'] extends Kind ? Name : never
}[MetricName]

/** A value for each label that the metric declares. */
export type LabelsOf<Name extends MetricName> = Readonly<Record<Declarations[Name]['labels'][number], string>>
