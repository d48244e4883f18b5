/** Where a number of JSON ends (RFC 8259, section 6). */

const minus = 0x2d
const plus = 0x2b
const point = 0x2e
const zero = 0x30
const nine = 0x39

/** What is written longer, or may be beyond what a double holds, is left to the exact path. */
const numberBytesMax = 32
const exponentDigitsMax = 2

/** −1 for what is no number, and for one that is left to the exact path. */
export function numberEnd(bytes: Uint8Array, at: number): number {
  const start = bytes[at] === minus ? at + 1 : at
  let end = digitsEnd(bytes, start)
  if (end === start || (bytes[start] === zero && end > start + 1)) return -1
  if (bytes[end] === point) {
    const fraction = end + 1
    end = digitsEnd(bytes, fraction)
    if (end === fraction) return -1
  }
  // e, E
  if (bytes[end] === 0x65 || bytes[end] === 0x45) {
    const sign = bytes[end + 1]
    const exponent = sign === minus || sign === plus ? end + 2 : end + 1
    end = digitsEnd(bytes, exponent)
    if (end === exponent || end - exponent > exponentDigitsMax) return -1
  }
  return end - at > numberBytesMax ? -1 : end
}

/** Behind the digits from `at` on. */
function digitsEnd(bytes: Uint8Array, at: number): number {
  let position = at
  for (;;) {
    const byte = bytes[position]
    if (byte === undefined || byte < zero || byte > nine) return position
    position += 1
  }
}
