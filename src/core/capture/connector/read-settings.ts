/** Which of a connector's settings decide how its values are read, and whether this version can. */
import type { ConnectorSettings } from './capture-findings.ts'
import type { RawFormat } from '../raw-format.ts'
import type { CaptureSettings } from './capture-settings.ts'
import { declaredFormat } from './settings/declared-format.ts'
import { type ConnectedKind, kindOf, placeholderText, settingOf, wordOf } from './settings/setting-value.ts'

/** A setting without which values would be read wrongly, and the one value that this version reads. */
export interface ReadingSetting {
  readonly name: string
  readonly value: string
  readonly why: string
  /** The one kind of database that has the setting; absent: every one. */
  readonly only?: ConnectedKind
}

export const readingSettings: readonly ReadingSetting[] = [
  { name: 'decimal.handling.mode', value: 'string', why: 'the other modes lose the scale or NaN' },
  { name: 'time.precision.mode', value: 'adaptive_time_microseconds', why: 'times are decoded by the column type' },
  { name: 'binary.handling.mode', value: 'hex', why: 'bytes are decoded as hexadecimal text' },
  {
    name: 'interval.handling.mode',
    value: 'string',
    why: 'the other mode counts months as days',
    only: 'postgres',
  },
  { name: 'hstore.handling.mode', value: 'json', why: 'hstore is decoded as JSON text', only: 'postgres' },
  {
    name: 'bigint.unsigned.handling.mode',
    value: 'long',
    why: 'the column type tells negative numbers of 64 bits from those above 2^63-1',
    only: 'mariadb',
  },
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
  const kind = kindOf(connector)
  const refusals = readingSettings
    .filter(({ only }) => only === undefined || only === kind)
    .filter((needed) => !isAsNeeded(connector, needed))
    .map(({ name, value }) => refusal(name, `must be ${value}, it is ${connector[name] ?? 'not set'}`))
  const declared = declaredFormat(connector)
  if (declared.kind === 'refused') refusals.push(refusal(declared.setting, declared.rest))
  const placeholder = kind === 'postgres' ? declaredPlaceholder(connector) : null
  if (placeholder?.kind === 'refused') refusals.push(refusal(placeholderSetting, placeholder.rest))
  if (refusals.length > 0 || declared.kind === 'refused') return { kind: 'refused', refusals }
  return {
    kind: 'settings',
    settings: settingsOf(declared.format, placeholder?.kind === 'text' ? placeholder.text : null),
  }
}

/** `placeholder`: what stands for a value that was left out; null: the database leaves none out. */
function settingsOf(format: RawFormat, placeholder: string | null): CaptureSettings {
  const common = {
    format,
    decimalHandling: 'string',
    timePrecision: 'adaptive_time_microseconds',
    binaryHandling: 'hex',
  } as const
  if (placeholder === null) return { database: 'mariadb', ...common, unsignedBigints: 'long' }
  return { ...common, intervalHandling: 'string', hstoreHandling: 'json', unavailablePlaceholder: placeholder }
}

type DeclaredPlaceholder =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly rest: string }

function declaredPlaceholder(connector: ConnectorSettings): DeclaredPlaceholder {
  const written = settingOf(connector, placeholderSetting)
  if (written === null) return { kind: 'refused', rest: 'must be set' }
  const text = placeholderText(written)
  return text === null ? { kind: 'refused', rest: 'has no UTF-8 text behind hex:' } : { kind: 'text', text }
}

const refusal = (setting: string, rest: string): SettingRefusal => ({ setting, message: `${setting} ${rest}` })

function isAsNeeded(connector: ConnectorSettings, { name, value }: ReadingSetting): boolean {
  const found = settingOf(connector, name)
  return found !== null && wordOf(found) === wordOf(value)
}
