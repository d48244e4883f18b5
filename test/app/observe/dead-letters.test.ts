import { beforeEach, describe, expect, it } from 'vitest'
import { findDeadLetter, readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import { letterRecords } from '../../../src/core/event/dead-letter/dead-letter-parts.ts'
import { exactJson } from '../../../src/core/values/exact-json.ts'
import { installation, names } from '../bench-project.ts'

const letter = (id: bigint): string =>
  exactJson({
    format: 1,
    source: 'shop',
    mapping: 'order-placed',
    rule: 'placed',
    transaction: '771:1',
    raw: { from: 3, to: 7 },
    failure: {
      class: 'badDate',
      at: 'placed.shippedOn',
      place: { file: 'mappings/m.yaml', line: 3, column: 5 },
      after: { id },
    },
  })

describe('dead letters', () => {
  const { kafka } = installation()
  const write = (key: string | null, value: string | null): void => {
    const bytes = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text))
    kafka.cluster.append(names.deadLetters, { key: bytes(key), value: bytes(value) })
  }
  const read = async () => await readDeadLetters(kafka.topicReader, names.deadLetters)

  beforeEach(async () => {
    await kafka.topicAdmin.ensure([{ topic: names.deadLetters, partitions: 1, config: {} }])
  })

  it('are shown with every digit that was written', async () => {
    write('a1', letter(9_007_199_254_740_993n))
    const { content, place, raw } = findDeadLetter((await read()).letters, 'a')
    expect(exactJson(content)).toBe(letter(9_007_199_254_740_993n))
    expect({ place, raw }).toEqual({ place: 'mappings/m.yaml:3:5', raw: { from: 3, to: 7 } })
  })

  it.each([
    ['text', 'Hello', 'it is no JSON object'],
    ['null', 'null', 'it is no JSON object'],
    ['another object', '{"failure": null}', 'it has not the form of a dead letter'],
    ['a number that nothing can hold', '{"a": 1e400}', 'it is no JSON object'],
  ])('are listed beside a record that is none, which is named: %s', async (_, value, reason) => {
    write('a1', letter(1n))
    write(null, value)
    const { letters, foreign } = await read()
    expect(letters.map(({ id }) => id)).toEqual(['a1'])
    expect(foreign.at(-1)).toMatchObject({ partition: 0, reason })
  })

  it('are gone when they have been decided', async () => {
    write('a1', letter(1n))
    write('a1', null)
    expect((await read()).letters).toEqual([])
  })

  describe('that are large', () => {
    const large = {
      id: 'b2',
      ...(JSON.parse(letter(1n)) as { failure: Record<string, unknown> }),
    }
    const whole = { ...large, failure: { ...large.failure, with: { lines: ['x'.repeat(1_200_000)] } } }
    const writeParts = (): void => {
      for (const { key, value, headers } of letterRecords(whole)) {
        const [name = '', text = ''] = headers
        const own: [string, Buffer][] = name === '' ? [] : [[name, Buffer.from(text)]]
        kafka.cluster.append(names.deadLetters, { key: Buffer.from(key), value, headers: own })
      }
    }
    const found = async () => findDeadLetter((await read()).letters, 'b2')

    it('are shown as one', async () => {
      writeParts()
      expect((await found()).content).toEqual(whole)
      expect((await found()).incomplete).toBeNull()
    })

    it('are shown with what is there when a part is missing', async () => {
      write('b2/3', null)
      const { class: errorClass, content, incomplete } = await found()
      expect([errorClass, incomplete]).toEqual(['badDate', '1 of its 4 records are missing'])
      expect(content).toMatchObject({ failure: { at: 'placed.shippedOn' }, parts: { count: 4, missing: [3] } })
      expect(Object.keys((content['parts'] as { found: object }).found)).toEqual(['2', '4'])
    })

    it('are gone by a tombstone of their id, whatever is left of their parts', async () => {
      writeParts()
      write('b2', null)
      const { letters, foreign } = await read()
      expect(letters.filter(({ id }) => id.startsWith('b2'))).toEqual([])
      expect(foreign.filter(({ offset }) => offset > 8)).toEqual([])
    })
  })
})
