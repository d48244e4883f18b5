/** An image that is bytes of a record, with a layout that says where its columns stand: nothing is made of it. */
import { sameBytes, type Stretch } from './json-bytes.ts'
import { readValue } from './json-value.ts'
import type { ObjectLayout } from './object-layout.ts'
import { type RowImage, valuesOf } from './row-image.ts'
import type { Tape } from './tape.ts'

/** The bytes that images are slices of. They are moved when those that they came in are used again. */
export interface ImageBytes {
  bytes: Buffer
  /** No text among them has an escape or a character beyond ASCII. */
  plain: boolean
}

export class SlicedImage implements RowImage {
  readonly source: ImageBytes
  readonly layout: ObjectLayout
  /** Of the layout, from `mark` on. */
  readonly places: Int32Array
  readonly mark: number

  constructor(source: ImageBytes, layout: ObjectLayout, { places, mark }: Pick<Tape, 'places' | 'mark'>) {
    this.source = source
    this.layout = layout
    this.places = places
    this.mark = mark
  }

  get columns(): readonly string[] {
    return this.layout.names
  }

  get(column: string): unknown {
    const member = this.layout.memberOf(column)
    if (member < 0) return undefined
    const { source, places, mark } = this
    return readValue(source.bytes, places[mark + member] ?? 0, this.layout.endOf(member, places, mark), source.plain)
  }

  /** Whether it is written in the same bytes: if not, it may still have the same values. */
  hasBytesOf(other: SlicedImage): boolean {
    return sameLayout(this.layout, other.layout) && sameBytes(this.stretch, other.stretch)
  }

  /** Whether a column is written in the same bytes; false when one of the images lacks it. */
  hasBytesOfColumn(other: SlicedImage, column: string): boolean {
    const member = sameLayout(this.layout, other.layout) ? this.layout.memberOf(column) : -1
    return member >= 0 && sameBytes(this.stretchOf(member), other.stretchOf(member))
  }

  private get stretch(): Stretch {
    return { bytes: this.source.bytes, start: this.startOf(0), end: this.end }
  }

  private stretchOf(member: number): Stretch {
    return { bytes: this.source.bytes, start: this.startOf(member), end: this.endOf(member) }
  }

  /** Where the value of a member begins and ends in the bytes. */
  private startOf(member: number): number {
    return this.places[this.mark + member] ?? 0
  }

  private endOf(member: number): number {
    return this.layout.endOf(member, this.places, this.mark)
  }

  /** Of the image, its braces included, in the bytes. */
  get start(): number {
    return this.startOf(0) - (this.layout.openings[0]?.length ?? 0)
  }

  get end(): number {
    return (this.places[this.mark + this.layout.placeCount - 1] ?? 0) + 1
  }

  toJSON(): Readonly<Record<string, unknown>> {
    return valuesOf(this)
  }
}

/** Layouts of one form may have been learned in two places. */
export const sameLayout = (one: ObjectLayout, other: ObjectLayout): boolean =>
  one === other || one.signature === other.signature
