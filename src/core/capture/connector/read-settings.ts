/** Which of a connector's settings decide how its values are read, and whether this version can. */
import type { ConnectorSettings } from './capture-findings.ts'
import type { CaptureSettings } from './capture-settings.ts'
import { declaredFormat } from './settings/declared-format.ts'
import { settingOf, placeholderText, wordOf } from './settings/setting-value.ts'

/** A setting without which values would be read wrongly, and the one value that this version reads. */
export interface ReadingSetting {
  readonly name: string
  readonly value: string
  readonly why: string
}

export const readingSettings: readonly ReadingSetting[] = [
  { name: 'decimal.handling.mode', value: 'string', why: 'the other modes lose the scale or NaN' },
  { name: 'time.precision.mode', value: 'adaptive_time_microseconds', why: 'times are decoded by the column type' },
  { name: 'binary.handling.mode', value: 'hex', why: 'bytes are decoded as hexadecimal text' },
  { name: 'interval.handling.mode', value: 'string', why: 'the other mode counts months as days' },
  { name: 'hstore.handling.mode', value: 'json', why: 'hstore is decoded as JSON text' },
]

const placeholderSetting = 'unavailable.value.placeholder'

export type ReadSettings =
  | { readonly kind: 'settings'; readonly settings: CaptureSettings }
  | { readonly kind: 'refused'; readonly refusals: readonly SettingRefusal[] }

/** A setting that is not as needed. */
export interface SettingRefusal {
  readonly setting: string
  readonly message: string
}

export function captureSettings(connector: ConnectorSettings): ReadSettings {
  const refusals = readingSettings
    .filter((needed) => !isAsNeeded(connector, needed))
    .map(({ name, value }) => refusal(name, `must be ${value}, it is ${connector[name] ?? 'not set'}`))
  const declared = declaredFormat(connector)
  if (declared.kind === 'refused') refusals.push(refusal(declared.setting, declared.rest))
  const written = settingOf(connector, placeholderSetting)
  const placeholder = written === null ? null : placeholderText(written)
  if (written === null) refusals.push(refusal(placeholderSetting, 'must be set'))
  else if (placeholder === null) refusals.push(refusal(placeholderSetting, 'has no UTF-8 text behind hex:'))
  if (refusals.length > 0 || placeholder === null || declared.kind === 'refused') return { kind: 'refused', refusals }
  return {
    kind: 'settings',
    settings: {
      format: declared.format,
      decimalHandling: 'string',
      timePrecision: 'adaptive_time_microseconds',
      binaryHandling: 'hex',
      intervalHandling: 'string',
      hstoreHandling: 'json',
      unavailablePlaceholder: placeholder,
    },
  }
}

const refusal = (setting: string, rest: string): SettingRefusal => ({ setting, message: `${setting} ${rest}` })

function isAsNeeded(connector: ConnectorSettings, { name, value }: ReadingSetting): boolean {
  const found = settingOf(connector, name)
  return found !== null && wordOf(found) === wordOf(value)
}
