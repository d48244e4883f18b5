/** Settings of the connector that must have certain values, each a condition of its own. */
import type { ConnectorSettings } from '../capture-findings.ts'
import { type Condition, type Judgement, ok, ofConnector, violated } from '../condition.ts'
import { readingSettings } from '../read-settings.ts'
import { type ConnectedKind, isReference, settingOf, wordOf } from './setting-value.ts'

export interface CheckedSetting {
  readonly name: string
  /** The first one is what the remedy says. */
  readonly accepted: readonly [string, ...string[]]
  /** What the connector takes where nothing is written; null: it depends on the Connect worker. */
  readonly standard: string | null
  /** `exact`: the connector does not start with another spelling. */
  readonly spelling?: 'exact'
  readonly why: string
  readonly weight: Condition['weight']
  readonly only?: ConnectedKind
}

/** The last of them is documented and was not seen: a year of two digits is one of our time to the connector. */
const checkedOfMariadb: readonly CheckedSetting[] = [
  {
    name: 'event.deserialization.failure.handling.mode',
    only: 'mariadb',
    accepted: ['fail'],
    standard: 'fail',
    weight: 'loses',
    why: 'warn and skip lose changes',
  },
  {
    name: 'inconsistent.schema.handling.mode',
    only: 'mariadb',
    accepted: ['fail'],
    standard: 'fail',
    weight: 'loses',
    why: 'warn and skip lose the rows of a table whose columns the connector does not know',
  },
  {
    name: 'schema.history.internal.skip.unparseable.ddl',
    only: 'mariadb',
    accepted: ['false'],
    standard: 'false',
    weight: 'loses',
    why: 'rows would be read with the columns that the table had before',
  },
  {
    name: 'gtid.source.filter.dml.events',
    only: 'mariadb',
    accepted: ['true'],
    standard: 'true',
    weight: 'risks',
    why: 'it only means something beside gtid.source.includes and gtid.source.excludes, which leave transactions out',
  },
  {
    name: 'include.query',
    only: 'mariadb',
    accepted: ['false'],
    standard: 'false',
    weight: 'risks',
    why: 'statements of the application, values included, would stand in the raw log; and to switch it while the stored offset stands inside a transaction loses rows',
  },
  {
    name: 'include.schema.changes',
    only: 'mariadb',
    accepted: ['true'],
    standard: 'true',
    weight: 'risks',
    why: 'without them the raw log does not show when a table has changed',
  },
  {
    name: 'enable.time.adjuster',
    only: 'mariadb',
    accepted: ['false'],
    standard: 'true',
    weight: 'loses',
    why: 'a date of the years 0 to 99 arrives as one of 1970 to 2069',
  },
]

/** In the order in which the doctor asks for them. */
export const checkedSettings: readonly CheckedSetting[] = [
  ...readingSettings.map(
    ({ value, ...declared }): CheckedSetting => ({ ...declared, accepted: [value], standard: null, weight: 'loses' }),
  ),
  {
    name: 'connector.class',
    accepted: ['io.debezium.connector.postgresql.PostgresConnector', 'io.debezium.connector.mariadb.MariaDbConnector'],
    standard: null,
    weight: 'loses',
    why: 'this version reads no other',
  },
  {
    name: 'plugin.name',
    only: 'postgres',
    accepted: ['pgoutput'],
    standard: 'decoderbufs',
    weight: 'loses',
    why: 'publications are of pgoutput alone',
  },
  {
    name: 'errors.tolerance',
    accepted: ['none'],
    standard: 'none',
    weight: 'loses',
    why: 'a tolerated error is a lost change',
  },
  {
    name: 'event.processing.failure.handling.mode',
    accepted: ['fail'],
    standard: 'fail',
    weight: 'loses',
    why: 'warn and skip lose changes',
  },
  {
    name: 'event.converting.failure.handling.mode',
    accepted: ['fail'],
    standard: 'warn',
    weight: 'risks',
    why: 'a value that fails to convert arrives as null',
  },
  {
    name: 'skipped.operations',
    accepted: ['none'],
    standard: 't',
    spelling: 'exact',
    weight: 'loses',
    why: 'a skipped operation never arrives; truncates are skipped by default',
  },
  {
    name: 'provide.transaction.metadata',
    accepted: ['true'],
    standard: 'false',
    weight: 'loses',
    why: 'only END proves that a source transaction is complete',
  },
  {
    name: 'snapshot.mode',
    accepted: ['initial', 'no_data'],
    standard: 'initial',
    weight: 'loses',
    why: 'the other modes stream nothing, or begin anew by themselves',
  },
  {
    name: 'slot.drop.on.stop',
    only: 'postgres',
    accepted: ['false'],
    standard: 'false',
    weight: 'loses',
    why: 'changes made while the connector stands still would be lost',
  },
  {
    name: 'lsn.flush.mode',
    only: 'postgres',
    accepted: ['connector'],
    standard: 'connector',
    weight: 'loses',
    why: 'only what is in the raw log may be confirmed to the database',
  },
  {
    name: 'flush.lsn.source',
    only: 'postgres',
    accepted: ['true'],
    standard: 'true',
    weight: 'loses',
    why: 'without it the database keeps its log for ever',
  },
  {
    name: 'tombstones.on.delete',
    accepted: ['false'],
    standard: 'true',
    weight: 'risks',
    why: 'a tombstone after each delete says nothing new',
  },
  {
    name: 'publication.autocreate.mode',
    only: 'postgres',
    accepted: ['disabled'],
    standard: 'all_tables',
    weight: 'risks',
    why: 'a filtered publication misses tables created later',
  },
  {
    name: 'exactly.once.support',
    accepted: ['required'],
    standard: 'requested',
    weight: 'risks',
    why: 'without it a restart repeats changes; they are recognised, and cost time',
  },
  {
    name: 'offset.mismatch.strategy',
    only: 'postgres',
    accepted: ['trust_offset'],
    standard: 'no_validation',
    weight: 'risks',
    why: 'the other strategies do not ask whether slot and stored offset agree, or pass over what lies between',
  },
  ...checkedOfMariadb,
]

export const checkedSettingNames: ReadonlySet<string> = new Set(checkedSettings.map(({ name }) => name))

export const checkedSettingConditions: readonly Condition[] = checkedSettings.map(conditionOf)

/** Whether nobody but the connector, behind its stored offset, confirms to PostgreSQL what was sent. */
export const confirmsBehindOffset = (settings: ConnectorSettings): boolean =>
  checkedSettings
    .filter(({ name }) => name === 'lsn.flush.mode')
    .every((setting) => judge(setting, settings).kind === 'ok')

function conditionOf(setting: CheckedSetting): Condition {
  const { name, accepted, why, weight, only } = setting
  const [wanted] = accepted
  return {
    code: `connector-${name.replaceAll(/[._]/g, '-')}`,
    what: `${name} is ${accepted.join(' or ')}`,
    why,
    remedy: `set "${name}": "${wanted}" in the connector file and run \`falsework connector apply\``,
    weight,
    ...(only !== undefined && { only }),
    judge: ofConnector((settings) => judge(setting, settings)),
  }
}

function judge({ name, accepted, standard, spelling }: CheckedSetting, settings: ConnectorSettings): Judgement {
  const read = (value: string): string => (spelling === 'exact' ? value.trim() : wordOf(value))
  const written = settingOf(settings, name)
  if (written !== null && isReference(written)) {
    return { kind: 'notAsked', why: `${name} is a reference that is resolved elsewhere` }
  }
  const inForce = written ?? standard
  if (inForce !== null && accepted.some((value) => read(value) === read(inForce))) return ok
  const found = written === null ? `${name} is not set${inForce === null ? '' : `, which means ${inForce}`}` : null
  return violated(found ?? `${name} is ${inForce ?? ''}`, { setting: name })
}
