/** What must hold of a connector, a raw log and a database, so that nothing is lost before falsework sees it. */

/** What was found, as far as it could be asked. */
export interface CaptureFindings {
  /** The connector's configuration as Kafka Connect has it. */
  readonly connector: Readonly<Record<string, string>>
  /** null: the raw log's topic does not exist. */
  readonly rawLog: { readonly partitions: number; readonly config: ReadonlyMap<string, string> } | null
  readonly rawLogTopic: string
  readonly database: {
    readonly walLevel: string
    readonly slot: { readonly retainedBytes: number } | null
    readonly publishedTables: readonly string[] | null
  } | null
  /** Tables that registered or local mappings read. */
  readonly mappedTables: readonly string[]
}

export interface Condition {
  readonly name: string
  /** Why it matters, in one sentence. */
  readonly reason: string
  readonly remedy: string
  /** null: it holds. Otherwise what was found instead; `unknown` when it could not be asked. */
  readonly check: (findings: CaptureFindings) => Violation | null
}

export interface Violation {
  readonly found: string
}

const violation = (found: string): Violation => ({ found })

/** A condition on one setting of the connector. */
function setting(
  name: string,
  expected: { readonly value: string; readonly defaultValue?: string },
  reason: string,
): Condition {
  return {
    name: `connector ${name}`,
    reason,
    remedy: `set "${name}": "${expected.value}" in the connector file and run \`falsework connector apply\``,
    check: ({ connector }) => {
      const found = connector[name] ?? expected.defaultValue ?? '(not set)'
      return found === expected.value ? null : violation(`${name} is ${found}`)
    },
  }
}

const connectorConditions: readonly Condition[] = [
  setting('errors.tolerance', { value: 'none', defaultValue: 'none' }, 'a tolerated error is a lost change'),
  setting('skipped.operations', { value: 'none' }, 'truncates are skipped by default'),
  setting('tombstones.on.delete', { value: 'false' }, 'a tombstone after each delete says nothing new'),
  setting('provide.transaction.metadata', { value: 'true' }, 'only END proves that a source transaction is complete'),
  setting('publication.autocreate.mode', { value: 'disabled' }, 'a filtered publication misses tables created later'),
  setting('decimal.handling.mode', { value: 'string' }, 'the other modes lose the scale or NaN'),
  setting('time.precision.mode', { value: 'adaptive_time_microseconds' }, 'values are decoded by the column type'),
  setting('binary.handling.mode', { value: 'hex' }, 'values are decoded by the column type'),
  setting(
    'value.converter',
    { value: 'org.apache.kafka.connect.json.JsonConverter' },
    'this version reads JSON without schema',
  ),
  setting('value.converter.schemas.enable', { value: 'false' }, 'this version reads JSON without schema'),
  setting(
    'value.converter.replace.null.with.default',
    { value: 'false' },
    'a null would arrive as the default of its column, invisibly',
  ),
  setting(
    'event.processing.failure.handling.mode',
    { value: 'fail', defaultValue: 'fail' },
    'warn and skip lose changes',
  ),
  {
    name: 'connector heartbeats',
    reason: 'a quiet database would hold back its log, and the position would stand still',
    remedy: 'set heartbeat.interval.ms and heartbeat.action.query in the connector file',
    check: ({ connector }) => {
      const interval = Number(connector['heartbeat.interval.ms'] ?? 0)
      if (!(interval > 0)) return violation('heartbeat.interval.ms is not set')
      return connector['heartbeat.action.query'] === undefined ? violation('heartbeat.action.query is not set') : null
    },
  },
  {
    name: 'connector unavailable value',
    reason: 'with the default placeholder a text of a user could be taken for an unchanged value',
    remedy: 'set unavailable.value.placeholder to a text private to this installation',
    check: ({ connector }) => {
      const placeholder = connector['unavailable.value.placeholder']
      if (placeholder === undefined) return violation('unavailable.value.placeholder is not set')
      return placeholder === '__debezium_unavailable_value' ? violation('the placeholder is the default') : null
    },
  },
  {
    name: 'connector route',
    reason: 'everything must arrive in one log, in commit order',
    remedy: 'route `.*` to the raw log with org.apache.kafka.connect.transforms.RegexRouter, and nothing else',
    check: ({ connector, rawLogTopic }) => {
      const transforms = (connector['transforms'] ?? '').split(',').filter((name) => name !== '')
      if (transforms.length !== 1) return violation(`${transforms.length} transforms, expected one router`)
      const [name = ''] = transforms
      const type = connector[`transforms.${name}.type`] ?? '(no type)'
      if (!type.endsWith('.RegexRouter')) return violation(`transform ${name} is ${type}`)
      if (connector[`transforms.${name}.regex`] !== '.*')
        return violation(`transform ${name} does not route everything`)
      const target = connector[`transforms.${name}.replacement`] ?? '(nowhere)'
      return target === rawLogTopic ? null : violation(`transform ${name} routes to ${target}, not to ${rawLogTopic}`)
    },
  },
  {
    name: 'connector exactly once',
    reason: 'without it a restart repeats changes; they are recognised, and cost time',
    remedy: 'set "exactly.once.support": "required", and exactly.once.source.support=enabled on the Connect worker',
    check: ({ connector }) =>
      connector['exactly.once.support'] === 'required' ? null : violation('exactly.once.support is not required'),
  },
]

const rawLogConditions: readonly Condition[] = [
  {
    name: 'raw log',
    reason: 'it holds all that the connector emits',
    remedy: 'run `falsework connector apply`, which creates it',
    check: ({ rawLog, rawLogTopic }) => (rawLog === null ? violation(`topic ${rawLogTopic} does not exist`) : null),
  },
  {
    name: 'raw log partitions',
    reason: 'two partitions have no common order',
    remedy: 'create the topic anew with one partition, before the connector starts',
    check: ({ rawLog }) =>
      rawLog === null || rawLog.partitions === 1 ? null : violation(`${rawLog.partitions} partitions`),
  },
  {
    name: 'raw log cleanup',
    reason: 'compaction removes changes',
    remedy: 'set cleanup.policy=delete on the raw log',
    check: ({ rawLog }) => {
      const policy = rawLog?.config.get('cleanup.policy') ?? 'delete'
      return policy === 'delete' ? null : violation(`cleanup.policy is ${policy}`)
    },
  },
  {
    name: 'raw log retention',
    reason: 'what was deleted can be neither translated nor replayed',
    remedy: 'set retention.ms=-1 and retention.bytes=-1 on the raw log until the migration is over',
    check: ({ rawLog }) => {
      if (rawLog === null) return null
      const short = ['retention.ms', 'retention.bytes'].filter((name) => (rawLog.config.get(name) ?? '-1') !== '-1')
      return short.length === 0 ? null : violation(short.map((n) => `${n} is ${rawLog.config.get(n) ?? ''}`).join(', '))
    },
  },
]

const databaseConditions: readonly Condition[] = [
  {
    name: 'database log level',
    reason: 'Debezium reads the logical log',
    remedy: 'set wal_level=logical and restart PostgreSQL',
    check: ({ database }) =>
      database === null || database.walLevel === 'logical' ? null : violation(`wal_level is ${database.walLevel}`),
  },
  {
    name: 'replication slot',
    reason: 'without its slot the connector would start anew and leave a gap',
    remedy:
      'start the connector, which creates the slot; if it existed before, changes are lost: start a new incarnation',
    check: ({ database }) =>
      database === null || database.slot !== null ? null : violation('the slot of the connector does not exist'),
  },
  {
    name: 'publication',
    reason: 'a table that is not published is never captured, and nothing says so',
    remedy: 'ALTER PUBLICATION … ADD TABLE the missing ones, then take a snapshot of them',
    check: ({ database, mappedTables }) => {
      if (database === null) return null
      const published = database.publishedTables
      if (published === null) return violation('the publication of the connector does not exist')
      const missing = mappedTables.filter((table) => !published.includes(table))
      return missing.length === 0 ? null : violation(`not published: ${missing.join(', ')}`)
    },
  },
]

export const captureConditions: readonly Condition[] = [
  ...connectorConditions,
  ...rawLogConditions,
  ...databaseConditions,
]
