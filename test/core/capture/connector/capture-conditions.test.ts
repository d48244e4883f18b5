import { describe, expect, it } from 'vitest'
import { captureConditions, conditionsOf } from '../../../../src/core/capture/connector/capture-conditions.ts'
import { asked, type CaptureFindings, notAsked } from '../../../../src/core/capture/connector/capture-findings.ts'
import type { Judgement } from '../../../../src/core/capture/connector/condition.ts'
import { type Column, type ForeignKey, type Table, tableName } from '../../../../src/core/catalog/catalog.ts'
import {
  confirmed,
  heartbeats,
  orders,
  ordersTable,
  rightsOn,
  signals,
  sound,
  soundMariadb,
  withAccount,
  withColumn,
  withFacts,
  withMariadb,
  withMariadbSettings,
  withMariadbTable,
  withOffset,
  withPublication,
  withSettings,
  withSlot,
  withTable,
  withTopic,
} from './sound-capture.ts'

const leaf = tableName('public', 'orders_2026')
const all = ['usage', 'select', 'insert', 'update', 'delete'] as const
const whole = { columns: null, rowFilter: null }
const leaves = [{ name: leaf, identity: 'full' as const }]

const unmapped = (settings: Readonly<Record<string, string>>): CaptureFindings => ({
  ...withSettings(settings),
  mappedTables: [],
})

const avro = 'io.confluent.connect.avro.AvroConverter'
const inAvro = (settings: Readonly<Record<string, string | null>>): CaptureFindings =>
  withSettings({ 'key.converter': avro, 'value.converter': avro, ...settings })
const strategy = 'io.confluent.kafka.serializers.subject.'
const ownSubjects = {
  'key.converter.key.subject.name.strategy': `${strategy}RecordNameStrategy`,
  'value.converter.value.subject.name.strategy': `${strategy}RecordNameStrategy`,
}
const unspeakable: Table = {
  name: orders,
  columns: [{ name: 'größe', type: 'text', nullable: true }],
  primaryKey: [],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity: 'full',
}

const withInet6 = withMariadb({
  unreadableColumns: [{ table: tableName('public', 'visits'), name: 'address', type: 'inet6' }],
})

/** A table that refers to itself, whose rows are kept. */
function withKeptChild(key: Partial<ForeignKey>, column: Partial<Column> = {}): CaptureFindings {
  const whole = { columns: ['parent'], references: orders, onDelete: 'cascade', onUpdate: 'set null', ...key } as const
  const child: Table = {
    name: orders,
    columns: [
      { name: 'id', type: 'varchar(9)', nullable: false },
      { name: 'parent', type: 'varchar(9)', nullable: true, ...column },
    ],
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [{ ...whole, referencedColumns: ['id'] }],
    replicaIdentity: null,
  }
  return { ...withMariadbTable({ name: orders, actions: [whole] }), keptTables: [child] }
}

/** For each condition: what violates it, and what holds beside the sound capture that all of them take. */
const examples: Readonly<Record<string, { ok?: readonly CaptureFindings[]; violated: readonly CaptureFindings[] }>> = {
  connector: { violated: [{ ...sound, connector: asked(null) }] },
  ...settingExamples({
    'decimal.handling.mode': { ok: ['String', ' string '], violated: ['precise', null] },
    'time.precision.mode': { ok: ['ADAPTIVE_TIME_MICROSECONDS'], violated: ['connect', null] },
    'binary.handling.mode': { ok: ['HEX'], violated: ['base64', null] },
    'interval.handling.mode': { ok: ['STRING'], violated: ['numeric', null] },
    'hstore.handling.mode': { ok: ['Json'], violated: ['map', null] },
    'value.converter': {
      ok: ['io.confluent.connect.avro.AvroConverter'],
      violated: [
        'org.apache.kafka.connect.storage.StringConverter',
        'io.apicurio.registry.utils.converter.AvroConverter',
        null,
      ],
    },
    'value.converter.schemas.enable': { ok: ['False', 'true', null], violated: ['yes'] },
    'connector.class': {
      ok: ['io.debezium.connector.mariadb.MariaDbConnector'],
      violated: ['io.debezium.connector.mysql.MySqlConnector', null],
    },
    'plugin.name': { ok: ['PGOUTPUT'], violated: ['decoderbufs', null] },
    'errors.tolerance': { ok: [null, 'NONE'], violated: ['all'] },
    'event.processing.failure.handling.mode': { ok: [null], violated: ['warn', 'skip'] },
    'event.converting.failure.handling.mode': { violated: ['warn', null] },
    'skipped.operations': { ok: [' none '], violated: ['t', 'c, u', 'NONE', null] },
    'provide.transaction.metadata': { ok: ['TRUE'], violated: ['false', null] },
    'snapshot.mode': { ok: [null, 'no_data'], violated: ['initial_only', 'always', 'when_needed', 'custom'] },
    'slot.drop.on.stop': { ok: ['false'], violated: ['true', 'True'] },
    'lsn.flush.mode': { ok: ['connector'], violated: ['manual', 'connector_and_driver'] },
    'flush.lsn.source': { ok: ['true'], violated: ['false'] },
    'key.converter': { violated: ['org.apache.kafka.connect.storage.StringConverter', null] },
    'key.converter.schemas.enable': { ok: ['False'], violated: ['true', null] },
    'value.converter.replace.null.with.default': { violated: ['true', null] },
    'tombstones.on.delete': { violated: ['true', null] },
    'publication.autocreate.mode': { violated: ['filtered', 'all_tables', null] },
    'exactly.once.support': { violated: ['requested', null] },
    'offset.mismatch.strategy': { violated: ['no_validation', 'trust_slot', 'trust_greater_lsn', null] },
  }),
  'connector-value-converter-ignore-default-for-nullables': {
    ok: [inAvro({ 'value.converter.ignore.default.for.nullables': 'true' })],
    violated: [inAvro({}), inAvro({ 'value.converter.ignore.default.for.nullables': 'false' })],
  },
  'connector-avro-subjects': {
    ok: [
      inAvro(ownSubjects),
      inAvro({ ...ownSubjects, 'key.converter.key.subject.name.strategy': `${strategy}TopicRecordNameStrategy` }),
    ],
    violated: [
      inAvro({}),
      inAvro({ ...ownSubjects, 'key.converter.key.subject.name.strategy': null }),
      inAvro({ ...ownSubjects, 'value.converter.value.subject.name.strategy': `${strategy}TopicNameStrategy` }),
    ],
  },
  'connector-avro-names': {
    ok: [inAvro({}), { ...sound, mappedTables: [unspeakable] }],
    violated: [{ ...inAvro({}), mappedTables: [unspeakable] }],
  },
  'connector-captures-written-tables': {
    ok: [
      withSettings({ 'schema.include.list': 'sales, public', 'table.exclude.list': 'public.orders' }),
      withSettings({ 'schema.include.list': 'sales', 'heartbeat.action.query': null }),
      withSettings({ 'schema.include.list': 'sales', 'heartbeat.action.query': '${env:BEAT}' }),
    ],
    violated: [
      unmapped({ 'schema.include.list': 'sales' }),
      unmapped({ 'schema.exclude.list': 'public' }),
      withSettings({ 'table.include.list': 'public.orders' }),
      withSettings({ 'table.exclude.list': 'public.falsework_.*' }),
      withSettings({ 'column.include.list': 'public.orders.*' }),
      withSettings({ 'column.exclude.list': 'public.falsework_signals.data' }),
    ],
  },
  'publication-written-tables': {
    ok: [
      {
        ...withPublication({ tables: [orders, heartbeats].map((name) => ({ name, ...whole })) }),
        connector: withSettings({ 'signal.data.collection': null }).connector,
      },
    ],
    violated: [
      withPublication({ tables: [orders, heartbeats].map((name) => ({ name, ...whole })) }),
      withPublication({ tables: [orders, signals].map((name) => ({ name, ...whole })) }),
    ],
  },
  'account-reads-log': { violated: [withAccount({ missing: ['REPLICATION'] })] },
  'account-reads-tables': {
    violated: [
      withAccount({ tables: rightsOn([orders, 'usage'], [heartbeats], [signals]) }),
      withAccount({ tables: rightsOn([orders, 'select'], [heartbeats], [signals]) }),
    ],
  },
  'account-writes': {
    ok: [withAccount({ tables: rightsOn([orders], [heartbeats, ...all], [signals, ...all]) })],
    violated: [
      withAccount({ tables: rightsOn([orders, ...all], [heartbeats, 'usage', 'select', 'insert'], [signals, ...all]) }),
      withAccount({ tables: rightsOn([orders, ...all], [heartbeats, ...all], [signals, 'usage', 'select']) }),
      withAccount({ tables: rightsOn([orders, ...all], [heartbeats, ...all]) }),
    ],
  },
  'connector-captures-mapped-tables': {
    ok: [
      withSettings({ 'table.include.list': 'public.customers, PUBLIC\\.ORD.*' }),
      withSettings({ 'column.exclude.list': 'public.customers.note' }),
    ],
    violated: [
      withSettings({ 'table.include.list': 'public.customers' }),
      withSettings({ 'table.include.list': 'public.order' }),
      withSettings({ 'table.exclude.list': 'public.orders' }),
      withSettings({ 'schema.include.list': 'sales' }),
      withSettings({ 'schema.exclude.list': 'public' }),
      withSettings({ 'column.exclude.list': 'public.orders.status' }),
      withSettings({ 'column.include.list': 'public.orders.id' }),
      withSettings({ 'column.truncate.to.5.chars': 'public.orders.status' }),
      withSettings({ 'column.mask.with.12.chars': 'public.orders.status' }),
      withSettings({ 'column.mask.hash.v2.SHA-256.with.salt.abc': '.*status' }),
      withSettings({ 'snapshot.include.collection.list': 'public.customers' }),
      withSettings({ 'table.include.list': 'public\\.(?=orders).*' }),
    ],
  },
  'connector-changes-nothing': {
    ok: [
      withSettings({ 'producer.override.compression.type': 'zstd', 'producer.override.compression.zstd.level': '9' }),
      withSettings({ 'field.name.adjustment.mode': 'None' }),
    ],
    violated: [
      withSettings({ 'message.key.columns': 'public.orders:customer_id' }),
      withSettings({ 'field.name.adjustment.mode': 'avro' }),
      inAvro({ 'value.converter.scrub.invalid.names': 'true' }),
      inAvro({ 'key.converter.use.latest.version': 'true' }),
      inAvro({
        'value.converter.value.schema.id.serializer':
          'io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer',
      }),
      withSettings({ 'post.processors': 'reselector', 'reselector.type': 'a.B' }),
      withSettings({ converters: 'isbn', 'isbn.type': 'a.B' }),
      withSettings({ predicates: 'p', 'predicates.p.type': 'a.B' }),
      withSettings({ 'snapshot.select.statement.overrides.public.orders': 'SELECT 1' }),
      withSettings({ 'header.converter': 'org.apache.kafka.connect.storage.StringConverter' }),
      withSettings({ 'producer.override.acks': '1' }),
    ],
  },
  'snapshots-told': {
    ok: [withSettings({ 'notification.enabled.channels': 'log, Sink' })],
    violated: [
      withSettings({ 'notification.enabled.channels': 'log, jmx' }),
      withSettings({ 'notification.sink.topic.name': null }),
      withSettings({ 'signal.data.collection': null }),
      withSettings({ 'signal.enabled.channels': 'kafka' }),
    ],
  },
  'connector-settings-known': {
    ok: [
      inAvro({ 'value.converter.schema.registry.url': 'http://registry:8081' }),
      withSettings({ 'signal.data.collection': 'public.signals', 'database.sslmode': 'require' }),
    ],
    violated: [withSettings({ 'table.includelist': 'public.orders' }), withSettings({ 'new.in.4': 'on' })],
  },
  'connector-heartbeats': {
    violated: [
      withSettings({ 'heartbeat.interval.ms': null }),
      withSettings({ 'heartbeat.interval.ms': '0' }),
      withSettings({ 'heartbeat.action.query': null }),
    ],
  },
  'connector-unavailable-value': {
    ok: [withSettings({ 'unavailable.value.placeholder': 'hex:6f7572206f776e' })],
    violated: [
      withSettings({ 'unavailable.value.placeholder': null }),
      withSettings({ 'unavailable.value.placeholder': '__debezium_unavailable_value' }),
      withSettings({ 'unavailable.value.placeholder': 'hex:5f5f646562657a69756d5f756e617661696c61626c655f76616c7565' }),
      withSettings({ 'unavailable.value.placeholder': 'hex:zz' }),
    ],
  },
  'connector-route': {
    ok: [withSettings({ transforms: ' route , columns, boundary ' })],
    violated: [
      withSettings({ transforms: 'boundary' }),
      withSettings({ 'transforms.route.regex': 'shop.*' }),
      withSettings({ 'transforms.route.replacement': 'elsewhere' }),
    ],
  },
  'connector-boundary-offsets': {
    violated: [withSettings({ transforms: 'route' }), withSettings({ transforms: null })],
  },
  'connector-column-forms': {
    violated: [withSettings({ transforms: 'boundary,route' }), withSettings({ transforms: null })],
  },
  'connector-transforms': {
    violated: [
      withSettings({
        transforms: 'boundary,columns,unwrap,route',
        'transforms.unwrap.type': 'io.debezium.transforms.ExtractNewRecordState',
      }),
      withSettings({ 'transforms.route.predicate': 'p' }),
      withSettings({ 'transforms.columns.predicate': 'p' }),
    ],
  },
  'raw-log': { violated: [{ ...sound, rawLog: asked(null) }] },
  'raw-log-partitions': { violated: [withTopic({}, 3)] },
  'raw-log-cleanup': { violated: [withTopic({ 'cleanup.policy': 'compact' })] },
  'raw-log-retention': {
    ok: [withTopic({ 'retention.ms': '-1', 'retention.bytes': '-1' })],
    violated: [withTopic({ 'retention.ms': '604800000' }), withTopic({ 'retention.bytes': '1000' })],
  },
  'raw-log-compression': {
    ok: [
      ...['producer', 'uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'].map((type) =>
        withTopic({ 'compression.type': type }),
      ),
      { ...sound, rawLogCodec: asked(null) },
      { ...sound, rawLogCodec: notAsked('KAFKA_UNREACHABLE: nobody answers') },
    ],
    violated: [withTopic({ 'compression.type': 'brotli' }), { ...sound, rawLogCodec: asked('5') }],
  },
  'database-log-level': { violated: [withFacts({ walLevel: 'replica' })] },
  slot: { violated: [withFacts({ slot: null })] },
  'slot-plugin': { violated: [withSlot({ plugin: 'wal2json' })] },
  'slot-in-use': { violated: [withSlot({ active: false })] },
  'slot-log-kept': {
    ok: [withSlot({ walStatus: 'extended' }), withSlot({ walStatus: null })],
    violated: [withSlot({ walStatus: 'unreserved' }), withSlot({ walStatus: 'lost' })],
  },
  'slot-lag': {
    ok: [withFacts({ slotLimitBytes: null })],
    violated: [withSlot({ retainedBytes: 60 * 2 ** 20 }), withSlot({ safeBytes: 0 })],
  },
  'stored-offset-between-transactions': {
    ok: [withOffset({ snapshot: 'INITIAL', lsn_proc: confirmed })],
    violated: [withOffset({ lsn_proc: confirmed }), withOffset({ transaction_id: '7:1' })],
  },
  'slot-holds-stored-offset': {
    ok: [withOffset({ lsn_commit: confirmed + 1 })],
    violated: [withOffset({ lsn_commit: confirmed - 1 }), withSlot({ confirmedLsn: '1/0' })],
  },
  publication: { violated: [withFacts({ publication: null })] },
  'publication-operations': { violated: [withPublication({ operations: ['insert'] })] },
  'publication-tables': { violated: [withPublication({ tables: [] }), withFacts({ tables: [] })] },
  'publication-partitions': {
    ok: [withPublication({ viaRoot: true }, { leaves })],
    violated: [
      withPublication({ tables: [{ name: leaf, ...whole }] }, { leaves }),
      withPublication(
        { viaRoot: true, tables: [{ name: tableName('public', 'all_orders'), ...whole }] },
        { root: tableName('public', 'all_orders') },
      ),
    ],
  },
  'publication-rows': {
    violated: [withPublication({ tables: [{ name: orders, columns: null, rowFilter: "(status = 'N')" }] })],
  },
  'publication-columns': {
    ok: [withPublication({ tables: [{ name: orders, columns: ['id', 'status'], rowFilter: null }] })],
    violated: [withPublication({ tables: [{ name: orders, columns: ['id'], rowFilter: null }] })],
  },
  'replica-identity': {
    ok: [
      withTable({ identity: 'default' }),
      { ...withTable({ identity: 'nothing' }), mappedTables: [], keptTables: [] },
      { ...withFacts({ tables: [] }), mappedTables: [] },
    ],
    violated: [
      withTable({ identity: 'nothing' }),
      withTable({ identity: 'index' }),
      withTable({ identity: 'default', primaryKey: 'missing' }),
      { ...withTable({ identity: 'default' }), mappedTables: [{ ...ordersTable, deferrablePrimaryKey: true }] },
      { ...withTable({ identity: 'nothing' }), mappedTables: [] },
      withTable({ leaves: [{ name: leaf, identity: 'nothing' }] }),
    ],
  },
  'replica-identity-as-checked': {
    violated: [withTable({ identity: 'default' }), withTable({ leaves: [{ name: leaf, identity: 'default' }] })],
  },
  'rows-told-apart': {
    ok: [
      { ...sound, keptTables: [] },
      { ...withFacts({ tables: [] }), keptTables: [{ ...ordersTable, primaryKey: [] }] },
    ],
    violated: [
      { ...sound, keptTables: [{ ...ordersTable, primaryKey: [] }] },
      { ...sound, keptTables: [{ ...ordersTable, deferrablePrimaryKey: true }] },
      { ...sound, keptTables: [{ ...ordersTable, replicaIdentity: 'index' }] },
    ],
  },
  'database-types': {
    ok: [withFacts({ typesWithoutLabels: ['mood'] })],
    violated: [{ ...withFacts({ typesWithoutLabels: ['mood'] }), connectorVersion: asked('3.6.3.Final') }],
  },
  ...settingExamples(
    {
      'bigint.unsigned.handling.mode': { ok: ['LONG'], violated: ['precise', null] },
      'event.deserialization.failure.handling.mode': { ok: ['Fail'], violated: ['warn'] },
      'inconsistent.schema.handling.mode': { ok: [null], violated: ['skip'] },
      'schema.history.internal.skip.unparseable.ddl': { ok: ['false'], violated: ['true'] },
      'gtid.source.filter.dml.events': { ok: ['true'], violated: ['false'] },
      'include.query': { ok: ['false'], violated: ['true'] },
      'include.schema.changes': { ok: ['true'], violated: ['false'] },
      'enable.time.adjuster': { violated: ['true', null] },
    },
    withMariadbSettings,
  ),
  'connector-schema-history': {
    violated: [
      withMariadbSettings({ 'schema.history.internal.kafka.topic': null }),
      withMariadbSettings({ 'schema.history.internal.kafka.bootstrap.servers': null }),
    ],
  },
  'binary-log': { violated: [withMariadb({ log: 'off' })] },
  'binary-log-rows': { ok: [withMariadb({ logFormat: 'Row' })], violated: [withMariadb({ logFormat: 'MIXED' })] },
  'binary-log-whole-rows': { violated: [withMariadb({ rowImage: 'MINIMAL' }), withMariadb({ rowImage: 'NOBLOB' })] },
  'binary-log-kept': {
    ok: [withMariadb({ logKeptSeconds: null })],
    violated: [withMariadb({ logKeptSeconds: 86_400 })],
  },
  'gtid-strict': { violated: [withMariadb({ gtidStrict: 'off' })] },
  'server-id': {
    violated: [withMariadb({ serverId: 61_000 }), withMariadbSettings({ 'database.server.id': null })],
  },
  'tables-exist': { violated: [withMariadb({ tables: [] })] },
  'tables-transactional': { ok: [withMariadb({ tables: [] })], violated: [withMariadbTable({ engine: 'MyISAM' })] },
  'foreign-key-actions': {
    ok: [withKeptChild({})],
    violated: [
      { ...withKeptChild({}), keptTables: [] },
      withKeptChild({ onDelete: 'set default' }),
      withKeptChild({ references: tableName('elsewhere', 'parents') }),
      withKeptChild({}, { collation: 'nondeterministic' }),
    ],
  },
  'column-types': {
    violated: [
      withInet6,
      { ...withInet6, connector: withMariadbSettings({ 'column.exclude.list': 'public.visits.address' }).connector },
    ],
  },
  'column-bit-array': {
    ok: [withColumn({ type: 'bit varying(3)[]' })],
    violated: [withColumn({ type: 'bit(3)[]' }), withColumn({ type: 'bit[]', nullable: false })],
  },
  'column-offset-seconds': {
    ok: [withColumn({ type: 'time with time zone', offsetCheck: 'present' })],
    violated: [withColumn({ type: 'time with time zone' }), withColumn({ type: 'time(3) with time zone' })],
  },
}

type SettingExample = { readonly ok?: readonly (string | null)[]; readonly violated: readonly (string | null)[] }

function settingExamples(settings: Readonly<Record<string, SettingExample>>, withOwn = withSettings) {
  return Object.fromEntries(
    Object.entries(settings).map(([name, { ok = [], violated }]) => {
      const found = (value: string | null): CaptureFindings => withOwn({ [name]: value })
      return [`connector-${name.replaceAll('.', '-')}`, { ok: ok.map(found), violated: violated.map(found) }]
    }),
  )
}

const dark = notAsked('KAFKA_UNREACHABLE: nobody answers')
const nothingAsked: CaptureFindings = {
  connector: dark,
  storedOffset: dark,
  connectorVersion: dark,
  rawLogTopic: dark,
  rawLog: dark,
  rawLogCodec: dark,
  database: dark,
  mappedTables: sound.mappedTables,
  keptTables: sound.keptTables,
}

describe('the conditions of lossless capture', () => {
  it('have names of their own, and an example each of what holds and what does not', () => {
    const codes = captureConditions.map(({ code }) => code)
    expect(new Set(codes).size).toBe(codes.length)
    expect(Object.keys(examples).sort()).toEqual([...codes].sort())
  })

  it.each(captureConditions.map((condition) => [condition.code, condition] as const))(
    '%s: holds, is violated, or cannot be asked',
    (code, { judge, what, why, remedy, only }) => {
      const { ok = [], violated = [] } = examples[code] ?? {}
      const well = only === 'mariadb' ? [soundMariadb] : only === 'postgres' ? [sound] : [sound, soundMariadb]
      for (const findings of [...well, ...ok]) expect(judge(findings)).toMatchObject({ kind: 'ok' })
      expect(violated.length).toBeGreaterThan(0)
      for (const findings of violated) {
        const judgement = judge(findings)
        expect(judgement.kind).toBe('violated')
        if (judgement.kind === 'violated') for (const { found } of judgement.violations) expect(found).not.toBe('')
      }
      expect(judge(nothingAsked)).toEqual({ kind: 'notAsked', why: 'KAFKA_UNREACHABLE: nobody answers' })
      for (const text of [what, why, remedy]) expect(text.length).toBeGreaterThan(5)
    },
  )

  it('are those of the kind of database, and of every one', () => {
    const [postgres, mariadb] = [conditionsOf('postgres'), conditionsOf('mariadb')].map((conditions) =>
      conditions.map(({ code }) => code),
    )
    expect(postgres).toContain('slot')
    expect(postgres).not.toContain('binary-log')
    expect(mariadb).toContain('binary-log')
    expect(mariadb).not.toContain('slot')
    for (const codes of [postgres, mariadb]) expect(codes).toContain('raw-log')
  })

  it('of one kind say nothing of a database of another', () => {
    for (const { only, judge } of captureConditions) {
      if (only === undefined) continue
      const other = {
        ...(only === 'mariadb' ? soundMariadb : sound),
        database: (only === 'mariadb' ? sound : soundMariadb).database,
      }
      expect(judge(other).kind).not.toBe('violated')
    }
  })

  it.each([
    ['database.include.list', 'crm', 'connector-captures-mapped-tables'],
    ['database.exclude.list', 'public', 'connector-captures-mapped-tables'],
    ['gtid.source.includes', '0-1', 'connector-changes-nothing'],
    ['snapshot.locking.mode', 'none', 'connector-changes-nothing'],
    ['plugin.namee', 'x', 'connector-settings-known'],
  ])('of MariaDB name %s=%s', (setting, value, code) => {
    const findings = withMariadbSettings({ [setting]: value })
    const violated = conditionsOf('mariadb').filter(({ judge }) => judge(findings).kind === 'violated')
    expect(violated.map((condition) => condition.code)).toEqual([code])
  })

  it('of MariaDB know its settings about connections', () => {
    const findings = withMariadbSettings({
      'database.ssl.mode': 'trust',
      'connect.timeout.ms': '1000',
      'binlog.net.read.timeout': '10',
      'schema.history.internal.store.only.captured.tables.ddl': 'true',
      'snapshot.locking.mode': 'extended',
    })
    expect(conditionsOf('mariadb').filter(({ judge }) => judge(findings).kind !== 'ok')).toEqual([])
  })

  it('say nothing of the number of a server that stands elsewhere', () => {
    const condition = captureConditions.find(({ code }) => code === 'server-id')
    expect(condition?.judge(withMariadbSettings({ 'database.server.id': '${env:ID}' }))).toMatchObject({
      kind: 'notAsked',
    })
  })

  it('say nothing of settings whose values stand elsewhere', () => {
    const findings = withSettings({ 'skipped.operations': '${file:/secrets:ops}' })
    const condition = captureConditions.find(({ code }) => code === 'connector-skipped-operations')
    expect(condition?.judge(findings)).toMatchObject({ kind: 'notAsked' })
  })

  it.each([
    ['nothing', 'present', 'public.orders is NOTHING', 'DEFAULT'],
    ['index', 'missing', 'public.orders is INDEX', 'FULL'],
    ['default', 'missing', 'public.orders is DEFAULT without a primary key', 'FULL'],
  ] as const)('name the identity under which rows are kept instead of %s', (identity, primaryKey, found, better) => {
    const condition = captureConditions.find(({ code }) => code === 'replica-identity')
    expect(condition?.judge(withTable({ identity, primaryKey }))).toEqual({
      kind: 'violated',
      violations: [{ found, remedy: `ALTER TABLE public.orders REPLICA IDENTITY ${better}` }],
    })
  })

  it('tell how the raw log is compressed, although every way is read', () => {
    const condition = captureConditions.find(({ code }) => code === 'raw-log-compression')
    const found = (findings: CaptureFindings): Judgement | undefined => condition?.judge(findings)
    const newest = { ...sound, rawLogCodec: asked('zstd') }
    expect(found(newest)).toEqual({ kind: 'ok', found: 'compression.type is producer, the newest records have zstd' })
    const empty = { ...withTopic({ 'compression.type': 'lz4' }), rawLogCodec: asked(null) }
    expect(found(empty)).toEqual({ kind: 'ok', found: 'compression.type is lz4' })
  })

  it('leave alone the types of columns that the connector leaves out', () => {
    const findings = {
      ...withColumn({ type: 'bit(3)[]' }),
      connector: withSettings({ 'column.exclude.list': 'public.orders.status' }).connector,
    }
    const condition = captureConditions.find(({ code }) => code === 'column-bit-array')
    expect(condition?.judge(findings)).toEqual({ kind: 'ok' })
    expect(condition?.judge({ ...findings, connector: dark })).toMatchObject({ kind: 'notAsked' })
  })
})
