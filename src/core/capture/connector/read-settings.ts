/** Which of a connector's settings decide how its values are read, and whether this version can. */
import type { CaptureSettings } from './capture-settings.ts'

const needed = [
  ['decimal.handling.mode', 'string'],
  ['time.precision.mode', 'adaptive_time_microseconds'],
  ['binary.handling.mode', 'hex'],
  ['interval.handling.mode', 'string'],
  ['hstore.handling.mode', 'json'],
  ['value.converter', 'org.apache.kafka.connect.json.JsonConverter'],
  ['value.converter.schemas.enable', 'false'],
] as const

export type ReadSettings =
  | { readonly kind: 'settings'; readonly settings: CaptureSettings }
  /** One line for each setting that is not as needed. */
  | { readonly kind: 'refused'; readonly reasons: readonly string[] }

export function captureSettings(connector: Readonly<Record<string, string>>): ReadSettings {
  const reasons = needed
    .filter(([name, value]) => connector[name] !== value)
    .map(([name, value]) => `${name} must be ${value}, it is ${connector[name] ?? 'not set'}`)
  const placeholder = connector['unavailable.value.placeholder']
  if (placeholder === undefined) reasons.push('unavailable.value.placeholder must be set')
  if (reasons.length > 0 || placeholder === undefined) return { kind: 'refused', reasons }
  return {
    kind: 'settings',
    settings: {
      format: 'json',
      decimalHandling: 'string',
      timePrecision: 'adaptive_time_microseconds',
      binaryHandling: 'hex',
      intervalHandling: 'string',
      hstoreHandling: 'json',
      unavailablePlaceholder: placeholder,
    },
  }
}
