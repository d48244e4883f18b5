/** Keys of one table's records, read from their bytes. */
import { isUtf8 } from 'node:buffer'
import { learnLayout, type ObjectLayout } from './object-layout.ts'
import { type ImageBytes, SlicedImage } from './sliced-image.ts'
import { Tape } from './tape.ts'

export class KeyScanner {
  private layout: ObjectLayout | null = null
  private readonly tape = new Tape()

  /** From a key that `JSON.parse` has read. */
  learn(key: Buffer): void {
    this.layout = learnLayout(key, 0)
  }

  /** Null for a key of another form than the one that was learned, right or wrong. */
  scan(source: ImageBytes): SlicedImage | null {
    const { layout, tape } = this
    if (layout === null) return null
    const { bytes } = source
    tape.unmark()
    tape.room(layout.placeCount)
    if (layout.scan(bytes, 0, tape) !== bytes.length) return null
    if (tape.beyondAscii && !isUtf8(bytes)) return null
    source.plain = !tape.beyondAscii && !tape.escapes
    const image = new SlicedImage(source, layout, tape)
    tape.mark += layout.placeCount
    return image
  }
}
