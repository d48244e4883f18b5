/** A changed key: Debezium sends `d` (old key) and then `c` (new key), and each half names the other's in a header. */
import { imageOf } from '../image/value-image.ts'
import type { RecordPlace } from '../record/raw-records.ts'
import { keyBytesMax, parseRow, readText } from '../record/record-json.ts'
import type { RowChange } from '../row-change.ts'

const controlCharacters = /[\u0000-\u001f]/g
const textOrNoNumber = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Null when the row has kept its key. */
export function readRekey(op: RowChange['op'], at: RecordPlace): RowChange['rekey'] {
  const half = op === 'd' ? 'old' : 'new'
  const header = at.records.header(at.index, half === 'old' ? '__debezium.newkey' : '__debezium.oldkey')
  if (header === null) return null
  // Connect's header converter quotes a text, but leaves its control characters as they are, and numbers that are none
  // without the quotes that its JSON converter puts around them.
  const text = readText(header, keyBytesMax, at)
    .replace(controlCharacters, escaped)
    .replace(textOrNoNumber, (found) => (found.startsWith('"') ? found : `"${found}"`))
  return { half, otherKey: imageOf(parseRow(text, at)) }
}
