/** Settings of the connector that must have certain values, each a condition of its own. */
import { type Condition, ok, ofConnector, violated } from '../condition.ts'
import { readingSettings } from '../read-settings.ts'
import { isReference, settingOf, wordOf } from './setting-value.ts'

interface CheckedSetting {
  readonly name: string
  /** The first one is what the remedy says. */
  readonly accepted: readonly [string, ...string[]]
  /** What the connector takes where nothing is written; null: it depends on the Connect worker. */
  readonly standard: string | null
  /** `exact`: the connector does not start with another spelling. */
  readonly spelling?: 'exact'
  readonly why: string
  readonly weight: Condition['weight']
}

const checked: readonly CheckedSetting[] = [
  ...readingSettings.map(
    ({ name, value, why }): CheckedSetting => ({ name, accepted: [value], standard: null, why, weight: 'loses' }),
  ),
  {
    name: 'connector.class',
    accepted: ['io.debezium.connector.postgresql.PostgresConnector'],
    standard: null,
    weight: 'loses',
    why: 'this version reads no other',
  },
  {
    name: 'plugin.name',
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
    accepted: ['false'],
    standard: 'false',
    weight: 'loses',
    why: 'changes made while the connector stands still would be lost',
  },
  {
    name: 'lsn.flush.mode',
    accepted: ['connector'],
    standard: 'connector',
    weight: 'loses',
    why: 'only what is in the raw log may be confirmed to the database',
  },
  {
    name: 'flush.lsn.source',
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
    accepted: ['trust_offset'],
    standard: 'no_validation',
    weight: 'risks',
    why: 'the other strategies do not ask whether slot and stored offset agree, or pass over what lies between',
  },
]

export const checkedSettingNames: ReadonlySet<string> = new Set(checked.map(({ name }) => name))

export const checkedSettingConditions: readonly Condition[] = checked.map(conditionOf)

function conditionOf({ name, accepted, standard, spelling, why, weight }: CheckedSetting): Condition {
  const [wanted] = accepted
  const read = (value: string): string => (spelling === 'exact' ? value.trim() : wordOf(value))
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
      if (inForce !== null && accepted.some((value) => read(value) === read(inForce))) return ok
      const found = written === null ? `${name} is not set${inForce === null ? '' : `, which means ${inForce}`}` : null
      return violated(found ?? `${name} is ${inForce ?? ''}`, { setting: name })
    }),
  }
}
