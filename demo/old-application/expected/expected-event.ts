/** What the old application expects to be published for what it did. It knows the contracts and nothing of mappings. */

/** Decimals as texts, dates in ISO 8601, instants in RFC 3339 with microseconds, what is absent as null. */
export type FieldValue =
  | string
  | number
  | boolean
  | null
  | readonly FieldValue[]
  | { readonly [name: string]: FieldValue }

export interface ExpectedEvent {
  readonly topic: string
  /** Full name of the contract's record. */
  readonly type: string
  readonly key: string
  readonly subject: string
  /** null: the time of the commit, which the application does not know. */
  readonly time: string | null
  readonly fields: Readonly<Record<string, FieldValue>>
}

/** An input that cannot be translated; all events of its rule are missing together. */
export interface ExpectedDeadLetter {
  readonly mapping: string
  readonly rule: string
  readonly errorClass: string
}

export interface Expectation {
  readonly events: readonly ExpectedEvent[]
  readonly deadLetters: readonly ExpectedDeadLetter[]
}

export const nothingExpected: Expectation = { events: [], deadLetters: [] }

/** Cents as a decimal with two digits behind the point. */
export function money(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0')
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** 20260131 as 2026-01-31; null for a day that does not exist. */
export function isoDay(day: number): string | null {
  const digits = String(day).padStart(8, '0')
  const text = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : null
}
