/** Rows as the store keeps them: the bytes of a JSON object as the connector wrote it, behind what is known of them. */
import { JsonBytes, met } from '../../capture/image/json-bytes.ts'
import { learnLayout, type ObjectLayout } from '../../capture/image/object-layout.ts'
import type { RowImage } from '../../capture/image/row-image.ts'
import { SlicedImage } from '../../capture/image/sliced-image.ts'
import { Tape } from '../../capture/image/tape.ts'
import { KeptForm, OtherFormImage } from '../../capture/image/other-form.ts'
import { imageOf } from '../../capture/image/value-image.ts'
import { formsBeside, formsIdBytes, type NamedForms } from '../../capture/row/named-forms.ts'
import { imageOfWritten, type WrittenRow, writtenRow } from '../../capture/row/written-row.ts'
import { exactJson, parseExactly } from '../../values/exact-json.ts'
import { RowForms } from './row-forms.ts'

/**
 * A row in the store: one byte with the form, then, where the connector has named them, the id of the forms of its
 * columns, then JSON. In the form `partial` a JSON list: names of columns of which nothing is known, the row, and where
 * there are any, the forms of columns that came in others than the id says, or in others than a catalog promised.
 */
const kindBytes = 1
const forms = { whole: 0, partial: 1 } as const
/** Beside the form, of a row that has an id. */
const withId = 2

type PartialRow = readonly [WrittenRow['unknown'], WrittenRow['values'], NonNullable<WrittenRow['forms']>?]

/** Rows are written in few ways: by op, and before and after a change of the table. */
const layoutsMax = 8

export class RowCodec {
  private readonly forms: RowForms
  private layouts: readonly ObjectLayout[] = []
  private readonly json = new JsonBytes()
  private readonly tape = new Tape()

  /** Of one table. */
  constructor(rowForms = new RowForms()) {
    this.forms = rowForms
  }

  /** `named`: by the connector, for the row as a whole. */
  encode(image: RowImage, named: NamedForms | null = null): Buffer {
    if (image instanceof SlicedImage) {
      const { source, start, end } = image
      const bytes = begun(forms.whole, named, end - start)
      source.bytes.copy(bytes, bytes.length - (end - start), start, end)
      return bytes
    }
    const { values, unknown, forms: columnForms } = writtenRow(image)
    const own = columnForms === null ? null : besideNamed(columnForms, named)
    const isWhole = unknown.length === 0 && own === null
    const text = exactJson(isWhole ? values : [unknown, values, ...(own === null ? [] : [own])])
    const length = Buffer.byteLength(text)
    const bytes = begun(isWhole ? forms.whole : forms.partial, named, length)
    bytes.write(text, bytes.length - length, 'utf8')
    return bytes
  }

  /**
   * The image is of these very bytes: they must stay as they are. Columns in forms that some promise does not read are
   * in them.
   */
  decode(bytes: Buffer): RowImage {
    const start = contentStart(bytes)
    const id = idOf(bytes)
    const others = id === null ? null : this.forms.othersOf(id)
    if (isPartial(bytes)) {
      const [unknown, values, own = {}] = parseExactly(bytes.toString('utf8', start)) as PartialRow
      const all = new Map([...(others ?? []), ...Object.entries(own)])
      return inKeptForms(imageOfWritten({ values, unknown, forms: null }), all)
    }
    const image =
      this.scan(bytes, start) ?? imageOf(parseExactly(bytes.toString('utf8', start)) as Record<string, unknown>)
    return others === null ? image : inKeptForms(image, others)
  }

  /** Those that the connector has named for the row as a whole; null: none, or none that are known here. */
  formsOf(bytes: Buffer): NamedForms | null {
    const id = idOf(bytes)
    return id === null ? null : this.forms.named(id)
  }

  /** The object from `start` up to the end of the bytes. */
  private scan(bytes: Buffer, start: number): SlicedImage | null {
    const { json, tape } = this
    json.open(bytes)
    for (const layout of this.layouts) {
      const image = this.scanWith(layout, bytes, start)
      if (image !== null) return image
    }
    const learned = learnLayout(bytes, start)
    if (learned === null) return null
    this.layouts = [learned, ...this.layouts].slice(0, layoutsMax)
    tape.room(learned.placeCount)
    return this.scanWith(learned, bytes, start)
  }

  private scanWith(layout: ObjectLayout, bytes: Buffer, start: number): SlicedImage | null {
    const { json, tape } = this
    json.met = met.nothing
    tape.room(layout.placeCount)
    if (layout.scan(json, start, tape) !== bytes.length) return null
    const image = new SlicedImage({ bytes, plain: json.met === met.nothing }, layout, tape)
    tape.mark += layout.placeCount
    return image
  }
}

/** What is known of a row, without the id of its forms: the same for the same values, whatever the table has become. */
export function withoutId(bytes: Buffer): Buffer {
  return idOf(bytes) === null
    ? bytes
    : Buffer.concat([
        Buffer.from([isPartial(bytes) ? forms.partial : forms.whole]),
        bytes.subarray(contentStart(bytes)),
      ])
}

/** Bytes of a row whose content is so long, and still to be written at their end. */
function begun(form: number, named: NamedForms | null, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(kindBytes + (named === null ? 0 : formsIdBytes) + length)
  bytes[0] = named === null ? form : form | withId
  if (named !== null) bytes.writeUIntBE(named.id, kindBytes, formsIdBytes)
  return bytes
}

const hasId = (bytes: Buffer): boolean => ((bytes[0] ?? 0) & withId) !== 0

const isPartial = (bytes: Buffer): boolean => ((bytes[0] ?? 0) & forms.partial) !== 0

const idOf = (bytes: Buffer): number | null => (hasId(bytes) ? bytes.readUIntBE(kindBytes, formsIdBytes) : null)

const contentStart = (bytes: Buffer): number => kindBytes + (hasId(bytes) ? formsIdBytes : 0)

const inKeptForms = (image: RowImage, others: ReadonlyMap<string, string>): RowImage =>
  others.size === 0 ? image : new OtherFormImage(image, others, KeptForm)

function besideNamed(own: Readonly<Record<string, string>>, named: NamedForms | null): WrittenRow['forms'] {
  const beside = formsBeside(Object.keys(own), new Map(Object.entries(own)), named?.forms ?? new Map())
  return beside.size === 0 ? null : Object.fromEntries(beside)
}
