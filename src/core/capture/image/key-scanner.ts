/** Keys of one table's records, read from their bytes. */
import { isUtf8 } from 'node:buffer'
import { JsonBytes, met } from './json-bytes.ts'
import { learnLayout, type ObjectLayout } from './object-layout.ts'
import { type ImageBytes, SlicedImage } from './sliced-image.ts'
import { Tape } from './tape.ts'

export class KeyScanner {
  private layout: ObjectLayout | null = null
  private readonly tape = new Tape()
  private readonly json = new JsonBytes()

  /** From a key that `JSON.parse` has read. */
  learn(key: Buffer): void {
    this.layout = learnLayout(key, 0)
  }

  /** Null for a key of another form than the one that was learned, right or wrong. */
  scan(source: ImageBytes): SlicedImage | null {
    const { layout, tape, json } = this
    if (layout === null) return null
    const { bytes } = source
    json.open(bytes)
    tape.room(layout.placeCount)
    if (layout.scan(json, 0, tape) !== bytes.length) return null
    if ((json.met & met.beyondAscii) !== 0 && !isUtf8(bytes)) return null
    source.plain = json.met === met.nothing
    const image = new SlicedImage(source, layout, tape)
    tape.mark += layout.placeCount
    return image
  }
}
