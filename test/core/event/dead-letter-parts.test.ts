/** Dead letters of any size: written, kept by a compacted topic, and read back as one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type LetterRecord,
  type JoinedLetter,
  letterBytesMax,
  LetterParts,
  letterRecords,
} from '../../../src/core/event/dead-letter/dead-letter-parts.ts'
import { exactJson, parseExactly } from '../../../src/core/values/exact-json.ts'
import { runs } from '../../runs.ts'

const letterOf = (failure: Record<string, unknown>) => ({ format: 1, id: 'an-id', rule: 'placed', failure })
const large = (character: string, bytes: number) =>
  letterOf({
    class: 'badDate',
    at: 'placed.day',
    after: { note: character.repeat(bytes / Buffer.byteLength(character)) },
  })

/** What a compacted topic keeps, the newest record of each key, and what is read of it. */
class CompactedTopic {
  readonly records = new Map<string, Pick<LetterRecord, 'value' | 'headers'>>()

  write(records: readonly LetterRecord[]): this {
    for (const { key, value, headers } of records) this.records.set(key, { value, headers })
    return this
  }

  read(): JoinedLetter {
    const parts = new LetterParts()
    let first: Record<string, unknown> = {}
    for (const [key, { value, headers }] of this.records) {
      const [name = '', digest = ''] = headers
      const record = {
        key: Buffer.from(key),
        value,
        headers: new Map(name === '' ? [] : [[name, Buffer.from(digest)]]),
      }
      if (!parts.take(record)) first = parseExactly(value.toString()) as Record<string, unknown>
    }
    return parts.join('an-id', first)
  }
}

const readBack = (records: readonly LetterRecord[]): string => {
  const joined = new CompactedTopic().write(records).read()
  return joined.kind === 'whole' ? joined.text : (records[0]?.value.toString() ?? '')
}

describe('a large dead letter', () => {
  it('is one record up to the limit, and as a small one always was', () => {
    const letter = letterOf({ class: 'badDate' })
    const [record, ...others] = letterRecords(letter)
    expect(others).toEqual([])
    expect(record).toEqual({
      key: 'an-id',
      value: Buffer.from(exactJson(letter)),
      fixedHeaders: [['content-type', 'application/json']],
      headers: [],
    })
    const frameBytes = exactJson(large('x', 0)).length
    expect(letterRecords(large('x', letterBytesMax - frameBytes))).toHaveLength(1)
    expect(letterRecords(large('x', letterBytesMax - frameBytes + 1)).length).toBeGreaterThan(1)
  })

  it('says in its first record what is small of it, and how many parts there are', () => {
    const records = letterRecords(large('x', 2 * letterBytesMax))
    expect(records.map(({ key }) => key)).toEqual(['an-id', 'an-id/2', 'an-id/3', 'an-id/4'])
    const first = JSON.parse(records[0].value.toString()) as Record<string, unknown>
    expect(first).toMatchObject({
      rule: 'placed',
      failure: { class: 'badDate', at: 'placed.day' },
      parts: { count: 4 },
    })
    expect(first['failure']).not.toHaveProperty('after')
    for (const { value } of records) expect(value.length).toBeLessThanOrEqual(letterBytesMax)
  })

  it('is read back as it was written, whatever the failure', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('ä', '€', '𝄞', '"', '\\', '\ud800'),
    )
    const times = fc.constantFrom(1, 1, 100_000, 400_000)
    const long = fc.tuple(text, times).map(([part, count]) => part.slice(0, 12).repeat(count))
    const value = fc.oneof(long, fc.bigInt(), fc.integer(), fc.constant(null), fc.array(long, { maxLength: 3 }))
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value, { maxKeys: 4 }), (failure) => {
        const letter = letterOf(failure)
        expect(readBack(letterRecords(letter)) === exactJson(letter)).toBe(true)
      }),
      { numRuns: runs(20) },
    )
  })

  it.each(['ä', '€', '𝄞'])('is never cut inside a character such as %s', (character) => {
    const letter = large(character, 3 * letterBytesMax)
    const records = letterRecords(letter)
    for (const { value } of records) expect(value.toString()).not.toContain('\ufffd')
    expect(readBack(records) === exactJson(letter)).toBe(true)
  })

  it('takes no part of an older writing for its own, which had more of them', () => {
    const topic = new CompactedTopic().write(letterRecords(large('x', 3 * letterBytesMax)))
    const newer = large('y', letterBytesMax)
    topic.write(letterRecords(newer))
    expect(topic.records.has('an-id/5')).toBe(true)
    expect(topic.read()).toEqual({ kind: 'whole', text: exactJson(newer) })
    topic.write(letterRecords(letterOf({ class: 'decode' })))
    expect(topic.read()).toEqual({ kind: 'single' })
  })

  it('is incomplete without one of its parts, and gives the others', () => {
    const topic = new CompactedTopic().write(letterRecords(large('x', 2 * letterBytesMax)))
    topic.records.delete('an-id/3')
    expect(topic.read()).toMatchObject({ kind: 'incomplete', count: 4, missing: [3] })
    expect(Object.keys((topic.read() as { found: object }).found)).toEqual(['2', '4'])
  })

  it('is incomplete where a part is of another writing', () => {
    const topic = new CompactedTopic().write(letterRecords(large('x', 2 * letterBytesMax)))
    const [, , third] = letterRecords(large('y', 2 * letterBytesMax))
    if (third !== undefined) topic.write([third])
    expect(topic.read()).toMatchObject({ kind: 'incomplete', missing: [3] })
  })

  it.each([
    ['no number of parts', { digest: 'd' }],
    ['more parts than anybody writes', { count: 1e12, digest: 'd' }],
    ['no digest', { count: 3 }],
  ])('is none with %s', (_, parts) => {
    expect(new LetterParts().join('an-id', { parts })).toEqual({ kind: 'single' })
  })

  it('has parts that a record of somebody else under such a key is not', () => {
    const parts = new LetterParts()
    const key = Buffer.from('an-id/2')
    expect(parts.take({ key, value: Buffer.from('Hello'), headers: new Map() })).toBe(false)
    expect(parts.take({ key, value: null, headers: new Map() })).toBe(true)
  })
})
