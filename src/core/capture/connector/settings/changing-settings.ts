/** Settings of the connector that change what arrives, whatever the conditions on single values say. */
import type { ConnectedKind } from './setting-value.ts'

export interface ChangingSetting {
  /** As Debezium and Kafka Connect spell it; a pattern where the name itself holds a value. */
  readonly name: string | RegExp
  /** Words with which it changes nothing. Nothing written changes nothing either. */
  readonly unless: readonly string[]
  readonly what: string
  readonly only?: ConnectedKind
}

const foreign = 'foreign code decides what is written'

export const changingSettings: readonly ChangingSetting[] = [
  { name: 'message.key.columns', unless: [], what: 'the key of a record is not the primary key' },
  { name: 'converters', unless: [], what: 'a converter writes values in a form of its own' },
  { name: 'post.processors', unless: [], what: 'a post-processor writes values from elsewhere' },
  { name: 'predicates', unless: [], what: 'a predicate keeps records from a transform' },
  { name: 'field.name.adjustment.mode', unless: ['none'], what: 'columns arrive under other names' },
  {
    name: /^(key|value)\.converter\.scrub\.invalid\.names$/,
    unless: ['false'],
    what: 'columns arrive under other names',
  },
  {
    name: /^(key|value)\.converter\.use\.(latest\.version|schema\.id)$/,
    unless: ['false', '-1'],
    what: 'rows are written with a schema that may have other columns',
  },
  {
    name: /^(key|value)\.converter\.(key|value)\.schema\.id\.serializer$/,
    unless: ['io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer'],
    what: 'records do not begin with the id of their schema',
  },
  {
    name: /^(key|value)\.converter\.(generalized\.sum\.type\.support|flatten\.singleton\.unions)$/,
    unless: ['false'],
    what: 'values arrive in other structures',
  },
  { name: 'money.fraction.digits', unless: ['2'], what: 'amounts of type money arrive with another scale' },
  { name: 'skip.messages.without.change', unless: ['false'], what: 'updates are left out' },
  {
    name: 'schema.refresh.mode',
    unless: ['columns_diff'],
    what: 'rows are read with columns that the table had before',
  },
  { name: 'slot.stream.params', unless: [], what: 'the database is asked for another stream' },
  { name: 'database.initial.statements', unless: [], what: 'a session can be told to write values otherwise' },
  { name: 'database.include.list', unless: [], what: 'tables of other databases are left out', only: 'postgres' },
  { name: 'database.exclude.list', unless: [], what: 'tables of these databases are left out', only: 'postgres' },
  { name: 'gtid.source.includes', unless: [], what: 'transactions of other servers are left out', only: 'mariadb' },
  { name: 'gtid.source.excludes', unless: [], what: 'transactions of these servers are left out', only: 'mariadb' },
  {
    name: 'snapshot.locking.mode',
    unless: ['minimal', 'extended'],
    what: 'the snapshot holds rows of several moments, or columns of another one',
    only: 'mariadb',
  },
  { name: 'topic.naming.strategy', unless: ['io.debezium.schema.SchemaTopicNamingStrategy'], what: foreign },
  {
    name: 'transaction.metadata.factory',
    unless: ['io.debezium.pipeline.txmetadata.DefaultTransactionMetadataFactory'],
    what: foreign,
  },
  {
    name: 'sourceinfo.struct.maker',
    unless: [
      'io.debezium.connector.postgresql.PostgresSourceInfoStructMaker',
      'io.debezium.connector.mariadb.MariaDbSourceInfoStructMaker',
    ],
    what: foreign,
  },
  { name: 'snapshot.mode.custom.name', unless: [], what: foreign },
  {
    name: /^snapshot\.mode\.configuration\.based\./,
    unless: ['false'],
    what: 'the connector decides anew what to read',
  },
  { name: 'snapshot.query.mode', unless: ['select_all'], what: 'the snapshot holds other rows than the table' },
  { name: 'snapshot.query.mode.custom.name', unless: [], what: foreign },
  { name: 'snapshot.locking.mode.custom.name', unless: [], what: foreign },
  {
    name: /^snapshot\.select\.statement\.overrides/,
    unless: [],
    what: 'the snapshot holds other rows than the table',
  },
  {
    name: 'snapshot.isolation.mode',
    unless: ['serializable', 'repeatable_read'],
    what: 'the snapshot holds rows of several moments',
  },
  { name: 'internal.log.position.check.enable', unless: ['true'], what: 'a position that is gone is passed over' },
  {
    name: 'header.converter',
    unless: ['org.apache.kafka.connect.storage.SimpleHeaderConverter'],
    what: 'the headers that join the halves of a changed key and name the forms of columns cannot be read',
  },
  { name: 'producer.override.acks', unless: ['all', '-1'], what: 'a broker that fails takes changes with it' },
  { name: 'producer.override.enable.idempotence', unless: ['true'], what: 'changes are repeated and change places' },
  { name: /^producer\.override\.(partitioner|interceptor)\./, unless: [], what: 'foreign code handles the records' },
]

export function changingSettingOf(setting: string, kind: ConnectedKind): ChangingSetting | null {
  const isOf = ({ name, only = kind }: ChangingSetting): boolean =>
    only === kind && (typeof name === 'string' ? name === setting : name.test(setting))
  return changingSettings.find(isOf) ?? null
}
