/** Room for where values stand, which scans of objects write down. */

/** Enough for a thousand rows of 25 columns with both images. */
const stretchPlaces = 65_536

/** Where the values of one object stand, from `mark` on. */
export interface Places {
  readonly places: Int32Array
  readonly mark: number
}

/**
 * Places are written from `mark` on. An image keeps the stretch that its places stand in alive, so that nothing has to
 * be given back.
 */
export class Tape {
  places = new Int32Array(0)
  mark = 0

  /** Makes room for so many places behind `mark`. */
  room(size: number): void {
    if (this.mark + size <= this.places.length) return
    this.places = new Int32Array(Math.max(stretchPlaces, size))
    this.mark = 0
  }
}
