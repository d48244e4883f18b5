/** Keys and values come in one form, which is one of those that are read, and every null stays one. */
import type { Table } from '../../../catalog/catalog.ts'
import type { ConnectorSettings } from '../capture-findings.ts'
import { type Condition, type Judgement, ok, ofConnector, violated, violatedBy, type Violation } from '../condition.ts'
import { isAvro, jsonConverter, readConverters } from './declared-format.ts'
import { isReference, settingOf, wordOf } from './setting-value.ts'

const apply = 'in the connector file and run `falsework connector apply`'
const oneForm = 'keys are read in the form of the values'
const defaultForNull = 'a null would arrive as the default of its column, invisibly'

/** What the converter takes where nothing is written. */
const schemasByDefault = 'true'

const formatSettings = ['value', 'key'].flatMap((part) => [`${part}.converter`, `${part}.converter.schemas.enable`])
const nullWithDefault = 'value.converter.replace.null.with.default'
const ignoredDefault = 'value.converter.ignore.default.for.nullables'
const subjects = ['key', 'value'].map((part) => `${part}.converter.${part}.subject.name.strategy`)
const strategies = ['RecordNameStrategy', 'TopicRecordNameStrategy'].map(
  (name) => `io.confluent.kafka.serializers.subject.${name}`,
)

export const formatSettingNames: ReadonlySet<string> = new Set([
  ...formatSettings,
  nullWithDefault,
  ignoredDefault,
  ...subjects,
])

const ofForm: readonly Condition[] = [
  {
    code: 'connector-value-converter',
    what: `value.converter is ${readConverters.join(' or ')}`,
    why: "this version reads JSON, with or without its schema, and Avro in Confluent's wire format",
    remedy: `set "value.converter": "${jsonConverter}" ${apply}`,
    weight: 'loses',
    judge: judgeOf('value.converter', (written) => readConverters.some((one) => isSame(written, one))),
  },
  {
    code: 'connector-value-converter-schemas-enable',
    what: 'value.converter.schemas.enable is true or false',
    why: 'it decides whether values come with their schema',
    remedy: `set "value.converter.schemas.enable": "false" ${apply}`,
    weight: 'loses',
    judge: judgeOf('value.converter.schemas.enable', (written) =>
      ['true', 'false'].includes(wordOf(written ?? schemasByDefault)),
    ),
  },
  {
    code: 'connector-key-converter',
    what: 'key.converter is that of the values',
    why: oneForm,
    remedy: `set key.converter as value.converter ${apply}`,
    weight: 'loses',
    judge: judgeOf('key.converter', (written, settings) => isSame(written, settingOf(settings, 'value.converter'))),
  },
  {
    code: 'connector-key-converter-schemas-enable',
    what: 'key.converter.schemas.enable is that of the values, where they are JSON',
    why: oneForm,
    remedy: `set key.converter.schemas.enable as value.converter.schemas.enable ${apply}`,
    weight: 'loses',
    judge: judgeOf('key.converter.schemas.enable', (written, settings) => {
      const ofValues = settingOf(settings, 'value.converter.schemas.enable')
      return isAvro(settings) || isSame(written ?? schemasByDefault, ofValues ?? schemasByDefault)
    }),
  },
]

const ofNulls: readonly Condition[] = [
  {
    code: 'connector-value-converter-replace-null-with-default',
    what: `${nullWithDefault} is false, where values are JSON`,
    why: defaultForNull,
    remedy: `set "${nullWithDefault}": "false" ${apply}`,
    weight: 'loses',
    judge: judgeOf(nullWithDefault, (written, settings) => isAvro(settings) || isSame(written, 'false')),
  },
  {
    code: 'connector-value-converter-ignore-default-for-nullables',
    what: `${ignoredDefault} is true, where values are Avro`,
    why: defaultForNull,
    remedy: `set "${ignoredDefault}": "true" ${apply}`,
    weight: 'loses',
    judge: judgeOf(ignoredDefault, (written, settings) => !isAvro(settings) || isSame(written, 'true')),
  },
]

const ofAvro: readonly Condition[] = [
  {
    code: 'connector-avro-subjects',
    what: 'in Avro, each table has a subject of its own',
    why: 'all tables go into one topic, and in one subject the registry refuses the schema of the second table',
    remedy: `set ${subjects.join(' and ')} to ${strategies[0] ?? ''} ${apply}`,
    weight: 'risks',
    judge: ofConnector((settings) =>
      isAvro(settings) ? violatedBy(subjects.flatMap((setting) => sharedSubject(setting, settings))) : ok,
    ),
  },
  {
    code: 'connector-avro-names',
    what: 'in Avro, columns of mapped tables have names of letters, digits and underscores',
    why: 'Avro has no other names: the task of the connector ends at such a table',
    remedy: 'rename the column, or use JSON',
    weight: 'loses',
    judge: ofConnector((settings, { mappedTables }) =>
      isAvro(settings) ? violatedBy(mappedTables.flatMap(columnsWithoutAvroName)) : ok,
    ),
  },
]

export const formatConditions: readonly Condition[] = [...ofForm, ...ofNulls, ...ofAvro]

function sharedSubject(setting: string, settings: ConnectorSettings): readonly Violation[] {
  const written = settingOf(settings, setting)
  if (written !== null && (isReference(written) || strategies.some((one) => isSame(written, one)))) return []
  return [{ found: written === null ? `${setting} is not set` : `${setting} is ${written}`, setting }]
}

const avroName = /^[A-Za-z_]\w*$/

const columnsWithoutAvroName = ({ name: table, columns }: Table): readonly Violation[] =>
  columns.filter(({ name }) => !avroName.test(name)).map(({ name }) => ({ found: `column ${name} of ${table}` }))

function judgeOf(
  name: string,
  holds: (written: string | null, settings: ConnectorSettings) => boolean,
): Condition['judge'] {
  return ofConnector((settings): Judgement => {
    if ([...formatSettings, name].some((setting) => isReference(settings[setting] ?? ''))) {
      return { kind: 'notAsked', why: `${name} depends on a reference that is resolved elsewhere` }
    }
    const written = settingOf(settings, name)
    if (holds(written, settings)) return ok
    return violated(written === null ? `${name} is not set` : `${name} is ${written}`, { setting: name })
  })
}

const isSame = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && wordOf(one) === wordOf(other)
