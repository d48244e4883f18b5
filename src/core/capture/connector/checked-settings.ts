/** Settings of the connector that must have certain values, each a condition of its own. */
import { type Condition, ok, ofConnector, violated } from './condition.ts'
import { readingSettings } from './read-settings.ts'
import { isReference, settingOf, wordOf } from './setting-value.ts'

interface CheckedSetting {
  readonly name: string
  /** The first one is what the remedy says. */
  readonly accepted: readonly [string, ...string[]]
  /** What the connector takes where nothing is written; null: it depends on the Connect worker. */
  readonly standard: string | null
  readonly why: string
  readonly weight: Condition['weight']
}

const json = 'org.apache.kafka.connect.json.JsonConverter'
const anyCodec = ['none', 'gzip'] as const

const checked: readonly CheckedSetting[] = [
  ...readingSettings.map(
    ({ name, value, why }): CheckedSetting => ({ name, accepted: [value], standard: null, why, weight: 'loses' }),
  ),
  loses('connector.class', ['io.debezium.connector.postgresql.PostgresConnector'], null, 'this version reads no other'),
  loses('plugin.name', ['pgoutput'], 'decoderbufs', 'publications are of pgoutput alone'),
  loses('errors.tolerance', ['none'], 'none', 'a tolerated error is a lost change'),
  loses('event.processing.failure.handling.mode', ['fail'], 'fail', 'warn and skip lose changes'),
  risks('event.converting.failure.handling.mode', ['fail'], 'warn', 'a value that fails to convert arrives as null'),
  loses('skipped.operations', ['none'], 't', 'a skipped operation never arrives; truncates are skipped by default'),
  loses('provide.transaction.metadata', ['true'], 'false', 'only END proves that a source transaction is complete'),
  loses(
    'snapshot.mode',
    ['initial', 'no_data'],
    'initial',
    'the other modes stream nothing, or begin anew by themselves',
  ),
  loses('slot.drop.on.stop', ['false'], 'false', 'changes made while the connector stands still would be lost'),
  loses('lsn.flush.mode', ['connector'], 'connector', 'only what is in the raw log may be confirmed to the database'),
  loses('flush.lsn.source', ['true'], 'true', 'without it the database keeps its log for ever'),
  loses('key.converter', [json], null, 'keys are read as JSON without schema'),
  loses('key.converter.schemas.enable', ['false'], 'true', 'keys are read as JSON without schema'),
  loses(
    'value.converter.replace.null.with.default',
    ['false'],
    'true',
    'a null would arrive as the default of its column, invisibly',
  ),
  loses('producer.override.compression.type', anyCodec, 'none', 'the daemon reads no other compression'),
  risks('tombstones.on.delete', ['false'], 'true', 'a tombstone after each delete says nothing new'),
  risks(
    'publication.autocreate.mode',
    ['disabled'],
    'all_tables',
    'a filtered publication misses tables created later',
  ),
  risks(
    'exactly.once.support',
    ['required'],
    'requested',
    'without it a restart repeats changes; they are recognised, and cost time',
  ),
  risks(
    'offset.mismatch.strategy',
    ['trust_offset'],
    'no_validation',
    'only this strategy notices that a slot was made anew behind the stored offset, and stops',
  ),
]

export const checkedSettingNames: ReadonlySet<string> = new Set(checked.map(({ name }) => name))

export const checkedSettingConditions: readonly Condition[] = checked.map(conditionOf)

function conditionOf({ name, accepted, standard, why, weight }: CheckedSetting): Condition {
  const [wanted] = accepted
  return {
    code: `connector-${name.replaceAll(/[._]/g, '-')}`,
    what: `${name} is ${accepted.join(' or ')}`,
    why,
    remedy: `set "${name}": "${wanted}" in the connector file and run \`falsework connector apply\``,
    weight,
    judge: ofConnector((settings) => {
      const written = settingOf(settings, name)
      if (written !== null && isReference(written)) {
        return { kind: 'notAsked', why: `${name} is a reference that is resolved elsewhere` }
      }
      const inForce = written ?? standard
      if (inForce !== null && accepted.some((value) => wordOf(value) === wordOf(inForce))) return ok
      const found = written === null ? `${name} is not set${inForce === null ? '' : `, which means ${inForce}`}` : null
      return violated(found ?? `${name} is ${inForce ?? ''}`, { setting: name })
    }),
  }
}

type Row = [name: string, accepted: CheckedSetting['accepted'], standard: string | null, why: string]

function loses(...[name, accepted, standard, why]: Row): CheckedSetting {
  return { name, accepted, standard, why, weight: 'loses' }
}

function risks(...[name, accepted, standard, why]: Row): CheckedSetting {
  return { name, accepted, standard, why, weight: 'risks' }
}
