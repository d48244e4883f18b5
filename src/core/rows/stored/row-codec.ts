/** Rows as the store keeps them: the bytes of a JSON object as the connector wrote it, behind what is known of them. */
import { JsonBytes, met } from '../../capture/image/json-bytes.ts'
import { learnLayout, type ObjectLayout } from '../../capture/image/object-layout.ts'
import type { RowImage } from '../../capture/image/row-image.ts'
import { SlicedImage } from '../../capture/image/sliced-image.ts'
import { Tape } from '../../capture/image/tape.ts'
import { imageOf } from '../../capture/image/value-image.ts'
import { imageOfWritten, type WrittenRow, writtenRow } from '../../capture/row/written-row.ts'
import { exactJson, parseExactly } from '../../values/exact-json.ts'

/**
 * A row in the store: one byte with the form, then JSON. In the form `partial` a JSON list: names of columns of which
 * nothing is known, the row, and where there are any, the forms in which columns came that no catalog promised.
 */
const headerBytes = 1
const forms = { whole: 0, partial: 1 } as const

type PartialRow = readonly [WrittenRow['unknown'], WrittenRow['values'], NonNullable<WrittenRow['forms']>?]

/** Rows are written in few ways: by op, and before and after a change of the table. */
const layoutsMax = 8

export class RowCodec {
  private layouts: readonly ObjectLayout[] = []
  private readonly json = new JsonBytes()
  private readonly tape = new Tape()

  encode(image: RowImage): Buffer {
    if (image instanceof SlicedImage) return sliced(image)
    const { values, unknown, forms: columnForms } = writtenRow(image)
    const isWhole = unknown.length === 0 && columnForms === null
    const text = exactJson(isWhole ? values : [unknown, values, ...(columnForms === null ? [] : [columnForms])])
    const bytes = Buffer.allocUnsafe(headerBytes + Buffer.byteLength(text))
    bytes[0] = isWhole ? forms.whole : forms.partial
    bytes.write(text, headerBytes, 'utf8')
    return bytes
  }

  /** The image is of these very bytes: they must stay as they are. */
  decode(bytes: Buffer): RowImage {
    const row = bytes.subarray(headerBytes)
    if (bytes[0] === forms.partial) {
      const [unknown, values, columnForms = null] = parseExactly(row.toString('utf8')) as PartialRow
      return imageOfWritten({ values, unknown, forms: columnForms })
    }
    return this.scan(row) ?? imageOf(parseExactly(row.toString('utf8')) as Record<string, unknown>)
  }

  private scan(row: Buffer): SlicedImage | null {
    const { json, tape } = this
    json.open(row)
    for (const layout of this.layouts) {
      const image = this.scanWith(layout, row)
      if (image !== null) return image
    }
    const learned = learnLayout(row, 0)
    if (learned === null) return null
    this.layouts = [learned, ...this.layouts].slice(0, layoutsMax)
    tape.room(learned.placeCount)
    return this.scanWith(learned, row)
  }

  private scanWith(layout: ObjectLayout, row: Buffer): SlicedImage | null {
    const { json, tape } = this
    json.met = met.nothing
    tape.room(layout.placeCount)
    if (layout.scan(json, 0, tape) !== row.length) return null
    const image = new SlicedImage({ bytes: row, plain: json.met === met.nothing }, layout, tape)
    tape.mark += layout.placeCount
    return image
  }
}

function sliced({ source, start, end }: SlicedImage): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes + end - start)
  bytes[0] = forms.whole
  source.bytes.copy(bytes, headerBytes, start, end)
  return bytes
}
