/** Keys and values come in one form, which is one of those that are read. */
import type { ConnectorSettings } from '../capture-findings.ts'
import { type Condition, type Judgement, ok, ofConnector, violated } from '../condition.ts'
import { jsonConverter } from './declared-format.ts'
import { isReference, settingOf, wordOf } from './setting-value.ts'

const apply = 'in the connector file and run `falsework connector apply`'
const oneForm = 'keys are read in the form of the values'

/** What the converter takes where nothing is written. */
const schemasByDefault = 'true'

export const formatSettingNames: ReadonlySet<string> = new Set(
  ['value', 'key'].flatMap((part) => [`${part}.converter`, `${part}.converter.schemas.enable`]),
)

export const formatConditions: readonly Condition[] = [
  {
    code: 'connector-value-converter',
    what: `value.converter is ${jsonConverter}`,
    why: 'this version reads JSON, with or without its schema',
    remedy: `set "value.converter": "${jsonConverter}" ${apply}`,
    weight: 'loses',
    judge: ofConnector((settings) => judge('value.converter', settings, (written) => isSame(written, jsonConverter))),
  },
  {
    code: 'connector-value-converter-schemas-enable',
    what: 'value.converter.schemas.enable is true or false',
    why: 'it decides whether values come with their schema',
    remedy: `set "value.converter.schemas.enable": "false" ${apply}`,
    weight: 'loses',
    judge: ofConnector((settings) =>
      judge('value.converter.schemas.enable', settings, (written) =>
        ['true', 'false'].includes(wordOf(written ?? schemasByDefault)),
      ),
    ),
  },
  {
    code: 'connector-key-converter',
    what: 'key.converter is that of the values',
    why: oneForm,
    remedy: `set key.converter as value.converter ${apply}`,
    weight: 'loses',
    judge: ofConnector((settings) =>
      judge('key.converter', settings, (written) => isSame(written, settingOf(settings, 'value.converter'))),
    ),
  },
  {
    code: 'connector-key-converter-schemas-enable',
    what: 'key.converter.schemas.enable is that of the values',
    why: oneForm,
    remedy: `set key.converter.schemas.enable as value.converter.schemas.enable ${apply}`,
    weight: 'loses',
    judge: ofConnector((settings) =>
      judge('key.converter.schemas.enable', settings, (written) => {
        const ofValues = settingOf(settings, 'value.converter.schemas.enable')
        return isSame(written ?? schemasByDefault, ofValues ?? schemasByDefault)
      }),
    ),
  },
]

function judge(name: string, settings: ConnectorSettings, holds: (written: string | null) => boolean): Judgement {
  const written = settingOf(settings, name)
  if ([...formatSettingNames].some((setting) => isReference(settings[setting] ?? ''))) {
    return { kind: 'notAsked', why: `${name} is compared with a reference that is resolved elsewhere` }
  }
  if (holds(written)) return ok
  return violated(written === null ? `${name} is not set` : `${name} is ${written}`, { setting: name })
}

const isSame = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && wordOf(one) === wordOf(other)
