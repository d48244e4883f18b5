/** The connector's settings as a closed list: harmless, checked, or changing what arrives; what is none is named. */
import type { ConnectorSettings } from '../capture-findings.ts'
import { changingSettingOf } from './changing-settings.ts'
import { checkedSettingConditions, checkedSettingNames } from './checked-settings.ts'
import { type Condition, ok, ofConnector, type Violation, violated, violatedBy } from '../condition.ts'
import { formatConditions, formatSettingNames } from './format-conditions.ts'
import { isHarmless } from './harmless-settings.ts'
import { isSelecting, selectingViolations, writtenTableViolations } from './selecting-settings.ts'
import { kindOf, isReference, namesIn, placeholderText, settingOf, wordOf } from './setting-value.ts'

const apply = 'then run `falsework connector apply`'
/** Settings that have a condition of their own below or in another file. */
const ownConditions = new Set([
  'heartbeat.interval.ms',
  'heartbeat.action.query',
  'unavailable.value.placeholder',
  'transforms',
  'database.server.id',
  'schema.history.internal.kafka.topic',
  'schema.history.internal.kafka.bootstrap.servers',
])
const defaultPlaceholder = '__debezium_unavailable_value'

export const settingConditions: readonly Condition[] = [
  ...formatConditions,
  ...checkedSettingConditions,
  {
    code: 'connector-captures-mapped-tables',
    what: 'lists of schemas, tables and columns leave the mapped tables whole',
    why: 'what is left out, cut off or masked never arrives as the database has it',
    remedy: `take the mapped tables whole in the list, or remove it, ${apply}`,
    weight: 'loses',
    judge: ofConnector((settings, { mappedTables }) => violatedBy(selectingViolations(settings, mappedTables))),
  },
  {
    code: 'connector-captures-written-tables',
    what: 'lists of schemas, tables and columns take in the tables of heartbeats and signals',
    why: 'a heartbeat that is not captured moves no stored offset, and changes before the slot are suspected to be lost; a signal that is cut off starts no snapshot',
    remedy: `take the tables of heartbeat.action.query and signal.data.collection in, or remove the list, ${apply}`,
    weight: 'risks',
    judge: ofConnector((settings, { mappedTables }) => violatedBy(writtenTableViolations(settings, mappedTables))),
  },
  {
    code: 'connector-changes-nothing',
    what: 'no setting makes the connector write something else than the database has',
    why: 'it would be translated as if the database had it',
    remedy: `remove the setting from the connector file, ${apply}`,
    weight: 'loses',
    judge: ofConnector((settings) =>
      violatedBy(Object.keys(settings).flatMap((setting) => changeOf(setting, settings))),
    ),
  },
  {
    code: 'connector-settings-known',
    what: 'every setting is one whose effect is known here',
    why: 'nobody can say whether an unknown setting loses or changes something; the connector ignores a misspelt one',
    remedy: `correct its name, or remove it, ${apply}`,
    weight: 'risks',
    judge: ofConnector((settings) =>
      violatedBy(
        Object.keys(settings)
          .filter((setting) => !isKnown(setting, settings))
          .map((setting) => ({ found: `unknown setting ${setting}`, setting })),
      ),
    ),
  },
  {
    code: 'connector-heartbeats',
    what: 'heartbeats are on, and at PostgreSQL with an action query',
    why: 'the position of a quiet database would stand still, and PostgreSQL would hold back its log',
    remedy: `set heartbeat.interval.ms, and heartbeat.action.query for PostgreSQL, in the connector file, ${apply}`,
    weight: 'risks',
    judge: ofConnector((settings) => {
      const interval = settingOf(settings, 'heartbeat.interval.ms')
      if (interval !== null && isReference(interval)) return reference('heartbeat.interval.ms')
      if (!(Number(interval ?? 0) > 0)) return violated('heartbeat.interval.ms is not set', at('heartbeat.interval.ms'))
      if (kindOf(settings) === 'mariadb') return ok
      const query = settingOf(settings, 'heartbeat.action.query')
      return query === null ? violated('heartbeat.action.query is not set', at('heartbeat.action.query')) : ok
    }),
  },
  {
    code: 'connector-unavailable-value',
    only: 'postgres',
    what: 'the placeholder of unchanged values is private to this installation',
    why: 'with the default placeholder a text of a user could be taken for an unchanged value',
    remedy: `set unavailable.value.placeholder to a text private to this installation, ${apply}`,
    weight: 'loses',
    judge: ofConnector((settings) => {
      const setting = 'unavailable.value.placeholder'
      const written = settingOf(settings, setting)
      if (written === null) return violated(`${setting} is not set`, at(setting))
      if (isReference(written)) return reference(setting)
      const text = placeholderText(written)
      if (text === null) return violated(`${setting} has no UTF-8 text behind hex:`, at(setting))
      return text === defaultPlaceholder ? violated('the placeholder is the default', at(setting)) : ok
    }),
  },
  {
    code: 'connector-schema-history',
    only: 'mariadb',
    what: 'the connector keeps in a topic which columns tables had',
    why: 'it does not start without',
    remedy: `set schema.history.internal.kafka.topic and schema.history.internal.kafka.bootstrap.servers in the connector file, ${apply}`,
    weight: 'loses',
    judge: ofConnector((settings) =>
      violatedBy(
        ['topic', 'bootstrap.servers']
          .map((name) => `schema.history.internal.kafka.${name}`)
          .filter((setting) => settingOf(settings, setting) === null)
          .map((setting) => ({ found: `${setting} is not set`, setting })),
      ),
    ),
  },
]

const at = (setting: string): Pick<Violation, 'setting'> => ({ setting })

const reference = (setting: string) =>
  ({ kind: 'notAsked', why: `${setting} is a reference that is resolved elsewhere` }) as const

function changeOf(setting: string, settings: ConnectorSettings): readonly Violation[] {
  const changing = changingSettingOf(setting, kindOf(settings))
  if (
    changing === null ||
    namesIn(settings[setting]).every((name) => changing.unless.some((word) => wordOf(word) === wordOf(name)))
  ) {
    return []
  }
  return [
    { found: `${setting}: ${changing.what}`, remedy: `remove ${setting} from the connector file, ${apply}`, setting },
  ]
}

/** Options of a transform, a converter and their like stand behind its name, which a list declares. */
const declaring = [
  ['transforms', 'transforms.'],
  ['predicates', 'predicates.'],
  ['converters', ''],
  ['post.processors', ''],
] as const

function isKnown(setting: string, settings: ConnectorSettings): boolean {
  const isDeclared = declaring.some(([list, prefix]) =>
    namesIn(settings[list]).some((name) => setting.startsWith(`${prefix}${name}.`)),
  )
  return (
    isDeclared ||
    ownConditions.has(setting) ||
    checkedSettingNames.has(setting) ||
    formatSettingNames.has(setting) ||
    isSelecting(setting, kindOf(settings)) ||
    changingSettingOf(setting, kindOf(settings)) !== null ||
    isHarmless(setting)
  )
}
