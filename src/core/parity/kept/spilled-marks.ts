/** Which aggregates are spilled, and since when something of them waits, in some ten bytes for each. */
import { hash } from 'node:crypto'
import type { SpilledMark } from './spilled.ts'

const firstRoom = 1_024
/** Above it a search has to look at many places. */
const fullShare = 0.7

/** 96 bits of a digest, by which aggregates are told apart. */
type Word = readonly [number, number, number]

/** A table without ids: a million of these as keys of a Map would be some hundred MB. Places stand in arrays of numbers. */
export class SpilledMarks {
  private count = 0
  private places = newPlaces(firstRoom)

  add(aggregate: string, { dueMs, pendingSinceMs }: SpilledMark): void {
    if (this.count >= fullShare * this.places.room) this.grow()
    const word = wordOf(aggregate)
    const at = find(this.places, word)
    if (Number.isNaN(this.places.dueMs[at])) this.count += 1
    put(this.places, at, { word, dueMs, pendingMs: pendingSinceMs ?? Number.POSITIVE_INFINITY })
  }

  remove(aggregate: string): void {
    const at = find(this.places, wordOf(aggregate))
    if (Number.isNaN(this.places.dueMs[at])) return
    empty(this.places, at)
    this.count -= 1
  }

  /** Null: it is not spilled. */
  dueMs(aggregate: string): number | null {
    if (this.count === 0) return null
    const dueMs = this.places.dueMs[find(this.places, wordOf(aggregate))] ?? Number.NaN
    return Number.isNaN(dueMs) ? null : dueMs
  }

  /** Looks at each of them. */
  oldestPendingMs(): number | null {
    let least = Number.POSITIVE_INFINITY
    for (const sinceMs of this.places.pendingMs) if (sinceMs < least) least = sinceMs
    return least === Number.POSITIVE_INFINITY ? null : least
  }

  private grow(): void {
    const before = this.places
    this.places = newPlaces(2 * before.room)
    for (let at = 0; at < before.room; at++) {
      if (!Number.isNaN(before.dueMs[at])) move(before, at, this.places)
    }
  }
}

interface Places {
  readonly room: number
  readonly words: Uint32Array
  /** NaN: the place is free. */
  readonly dueMs: Float64Array
  /** Infinity: nothing waits. */
  readonly pendingMs: Float64Array
}

const newPlaces = (room: number): Places => ({
  room,
  words: new Uint32Array(3 * room),
  dueMs: new Float64Array(room).fill(Number.NaN),
  pendingMs: new Float64Array(room).fill(Number.POSITIVE_INFINITY),
})

function wordOf(aggregate: string): Word {
  const digest = hash('sha256', aggregate, 'buffer')
  return [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8)]
}

const wordAt = ({ words }: Places, at: number): Word => [
  words[3 * at] ?? 0,
  words[3 * at + 1] ?? 0,
  words[3 * at + 2] ?? 0,
]

/** Where it stands, or the free place where it would. */
function find({ room, words, dueMs }: Places, [a, b, c]: Word): number {
  let at = a % room
  while (!Number.isNaN(dueMs[at]) && !(words[3 * at] === a && words[3 * at + 1] === b && words[3 * at + 2] === c)) {
    at = (at + 1) % room
  }
  return at
}

interface Mark {
  readonly word: Word
  readonly dueMs: number
  readonly pendingMs: number
}

function put(places: Places, at: number, { word, dueMs, pendingMs }: Mark): void {
  places.words.set(word, 3 * at)
  places.dueMs[at] = dueMs
  places.pendingMs[at] = pendingMs
}

function move(from: Places, at: number, to: Places): void {
  const word = wordAt(from, at)
  put(to, find(to, word), { word, dueMs: from.dueMs[at] ?? 0, pendingMs: from.pendingMs[at] ?? 0 })
}

/** What stands behind it up to the next free place is put anew, so that no search ends too early. */
function empty(places: Places, at: number): void {
  places.dueMs[at] = Number.NaN
  places.pendingMs[at] = Number.POSITIVE_INFINITY
  for (let next = (at + 1) % places.room; !Number.isNaN(places.dueMs[next]); next = (next + 1) % places.room) {
    const mark = { word: wordAt(places, next), dueMs: places.dueMs[next] ?? 0, pendingMs: places.pendingMs[next] ?? 0 }
    places.dueMs[next] = Number.NaN
    places.pendingMs[next] = Number.POSITIVE_INFINITY
    put(places, find(places, mark.word), mark)
  }
}
