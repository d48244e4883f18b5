/** Records as JsonConverter writes them with their schemas. */
import type { TextRecord } from '../raw-log-of.ts'

/** A schema such as Connect writes, of the members that a payload has; it grows with them. */
function schemaOf(text: string): string {
  const fields = Object.keys(JSON.parse(text) as object).map((field) => ({ type: 'string', optional: true, field }))
  return JSON.stringify({ type: 'struct', fields, optional: false, name: 'shop."{[\\.Envelope', default: 1e300 })
}

export const wrap = (text: string): string => `{"schema":${schemaOf(text)},"payload":${text}}`

export const isObjectText = (text: TextRecord['key']): text is string =>
  typeof text === 'string' && text.startsWith('{')

export const wrapped = (record: TextRecord): TextRecord => ({
  ...record,
  key: isObjectText(record.key) ? wrap(record.key) : record.key,
  value: isObjectText(record.value) ? wrap(record.value) : record.value,
})
