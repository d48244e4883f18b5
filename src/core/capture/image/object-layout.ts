/**
 * How the objects of one kind are written: which members, in which order, without blanks. Learned from one of them and
 * checked on each: a member that is there, missing, or elsewhere is another layout.
 */
import { FixedBytes } from './fixed-bytes.ts'
import { JsonBytes } from './json-bytes.ts'
import { readText } from './json-value.ts'
import type { Places, Tape } from './tape.ts'

/** PostgreSQL has at most 1,600 columns, MySQL 4,096. */
const membersMax = 4_096

const openBrace = 0x7b
const closeBrace = 0x7d
const comma = 0x2c
const colon = 0x3a
const quote = 0x22

export class ObjectLayout {
  readonly names: readonly string[]
  /** What stands before each value: `{"id":`, `,"name":`. */
  readonly openings: readonly FixedBytes[]
  private readonly members: ReadonlyMap<string, number>
  /** Equal for equal layouts. */
  readonly signature: string

  constructor(names: readonly string[], openings: readonly Buffer[]) {
    this.names = names
    this.openings = openings.map((opening) => new FixedBytes(opening))
    this.members = new Map(names.map((name, member) => [name, member]))
    this.signature = Buffer.concat(openings).toString('latin1')
  }

  /** −1: the objects have no such member. */
  memberOf(name: string): number {
    return this.members.get(name) ?? -1
  }

  /** Places that an object takes on a tape: where each value begins, and where the last one ends. */
  get placeCount(): number {
    return this.names.length + 1
  }

  /**
   * Writes on the tape where the values of the object at `at` stand; there must be room. Gives the end of the object;
   * −1 for one of another layout, and for what `json-bytes.ts` leaves to the exact path.
   */
  scan(json: JsonBytes, at: number, tape: Tape): number {
    const { openings } = this
    const { places, mark } = tape
    const size = openings.length
    let position = at
    for (let member = 0; member < size; member += 1) {
      // There is one for each member.
      const opening = openings[member] as FixedBytes
      if (!opening.standsAt(json, position)) return -1
      position += opening.length
      places[mark + member] = position
      position = json.valueEnd(position)
      if (position < 0) return -1
    }
    places[mark + size] = position
    return json.bytes[position] === closeBrace ? position + 1 : -1
  }

  /**
   * The same for an object of a record that has another one of the layout, with its places at `other`: most columns of a
   * row are as they were, and what stands in the same bytes need not be scanned again.
   */
  scanLike(json: JsonBytes, at: number, tape: Tape, other: Places): number {
    const { openings } = this
    const { places, mark } = tape
    const size = openings.length
    let position = at
    for (let member = 0; member < size; member += 1) {
      const start = this.startOf(member, other)
      const shift = position - start
      const sameUntil = start + json.sameLength(start, position)
      // Through the opening behind a value, for a number ends where something else begins.
      while (member < size && this.startOf(member + 1, other) + this.openingLength(member + 1) <= sameUntil) {
        places[mark + member] = (other.places[other.mark + member] ?? 0) + shift
        member += 1
      }
      position = this.startOf(member, other) + shift
      if (member === size) break
      // There is one for each member.
      const opening = openings[member] as FixedBytes
      if (!opening.standsAt(json, position)) return -1
      position += opening.length
      places[mark + member] = position
      position = json.valueEnd(position)
      if (position < 0) return -1
    }
    places[mark + size] = position
    return json.bytes[position] === closeBrace ? position + 1 : -1
  }

  /** Where the opening of a member begins; behind the last one, the brace that closes the object. */
  private startOf(member: number, { places, mark }: Places): number {
    const place = places[mark + member] ?? 0
    return member < this.openings.length ? place - this.openingLength(member) : place
  }

  private openingLength(member: number): number {
    return this.openings[member]?.length ?? 1
  }

  /** Where a scanned value ends. */
  endOf(member: number, places: Int32Array, mark: number): number {
    const next = places[mark + member + 1] ?? 0
    return member + 1 < this.openings.length ? next - (this.openings[member + 1]?.length ?? 0) : next
  }
}

/** The layout of the object at `at`; null where it has none that could be learned: no member, or one twice. */
export function learnLayout(bytes: Buffer, at: number): ObjectLayout | null {
  const json = new JsonBytes()
  json.open(bytes)
  const names: string[] = []
  const openings: Buffer[] = []
  let position = at
  while (names.length < membersMax) {
    const start = position
    if (bytes[start] !== (names.length === 0 ? openBrace : comma) || bytes[start + 1] !== quote) return null
    const nameEnd = json.textEnd(start + 1)
    if (nameEnd < 0 || bytes[nameEnd] !== colon) return null
    names.push(readText(bytes, start + 1, nameEnd, false))
    // A copy: the bytes that it was learned from are let go.
    openings.push(Buffer.from(bytes.subarray(start, nameEnd + 1)))
    position = json.valueEnd(nameEnd + 1)
    if (position < 0) return null
    if (bytes[position] === closeBrace)
      return new Set(names).size === names.length ? new ObjectLayout(names, openings) : null
  }
  return null
}
