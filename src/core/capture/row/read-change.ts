/** From the images of a row and the key of its record to a change that can be believed. */
import type { InTransaction } from '../capture-message.ts'
import type { RowImage } from '../image/row-image.ts'
import type { ImageBytes } from '../image/sliced-image.ts'
import { imageOf } from '../image/value-image.ts'
import type { Images } from '../record/parsed-change.ts'
import { type RecordPlace, recordError } from '../record/raw-records.ts'
import { keyBytesMax } from '../record/record-json.ts'
import { jsonKey } from '../record/record-shapes.ts'
import { inForms } from './column-forms.ts'
import { readRekey } from './rekey-header.ts'
import type { RowChange } from '../row-change.ts'
import type { TablePlan } from './table-plan.ts'

interface ReadRow {
  readonly table: TablePlan
  readonly op: RowChange['op']
  readonly place: Pick<InTransaction, 'offset' | 'committedAtUs'>
  readonly images: Images
  /** Of the record. */
  readonly key: ImageBytes | null
  readonly readKey: ReadKey
}

/** Reads the key of a row of a table. */
export type ReadKey = (key: ImageBytes, table: TablePlan, at: RecordPlace) => RowImage

/**
 * Null where rows of the table are not read, and for the old half of a changed key that the connector has made up.
 * Raises `COLUMN_RETYPED`, `KEY_MISSING`, `KEY_MISMATCH`, and what `readKey` raises.
 */
export function readChange({ table, op, place, images, key, readKey }: ReadRow, at: RecordPlace): RowChange | null {
  const { keys } = table
  if (keys === null) return null
  const compared = table.forms?.comparedAt(at) ?? null
  const others = compared?.others ?? null
  const [before, after] = [inForms(images.before, others), inForms(images.after, others)]
  const image = after ?? before
  const recordKey = key === null ? null : readKey(key, table, at)
  if (recordKey !== null && image !== null) requireSameKey(recordKey, image, at)
  const ownKey = keys.of(recordKey, { before, after })
  // Whatever the record calls its key: one that was renamed tells nobody which row this was.
  if (op !== 't' && ownKey === null && keys.lacksKey(image)) {
    throw recordError('KEY_MISSING', at, `a row of ${table.name} without the key that its table has`)
  }
  const given = recordKey === null || op === 'u' || op === 'r' ? null : readRekey(op, at)
  const madeUp = given !== null && recordKey !== null && !keys.knowsOld(recordKey) ? given.half : null
  if (madeUp === 'old') return null
  const otherKey = given === null ? null : (keys.ordered(given.otherKey) ?? given.otherKey)
  return {
    table: table.name,
    // Whatever the key was, the new half is of a row that was there.
    op: madeUp === 'new' ? 'u' : op,
    before: before === null ? null : table.knownBefore(before),
    after: after !== null && (op === 'u' || given !== null) ? table.knownUpdate(after) : after,
    key: ownKey,
    rekey: given === null || otherKey === null || madeUp !== null ? null : { half: given.half, otherKey },
    committedAtUs: place.committedAtUs,
    offset: place.offset,
    ...(compared !== null && { formsNamed: true, forms: compared.named }),
  }
}

/** Raises `KEY_HAS_SCHEMA`, and what record-json.ts raises for a key. */
export function readJsonKey(key: ImageBytes, { keyScanner }: TablePlan, at: RecordPlace): RowImage {
  const scanned = key.bytes.length > keyBytesMax ? null : keyScanner.scan(key)
  if (scanned !== null) return scanned
  const row = jsonKey(key.bytes, at)
  keyScanner.learn(key.bytes)
  return imageOf(row)
}

function requireSameKey(key: RowImage, image: RowImage, at: RecordPlace): void {
  for (const column of key.columns) {
    const [one, other] = [key.get(column), image.get(column)]
    if (one !== other && typeof one !== 'object') {
      throw recordError('KEY_MISMATCH', at, 'a row whose key is not that of its record')
    }
  }
}
