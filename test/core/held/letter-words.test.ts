import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstWord, LetterWords, openWords } from '../../../src/core/held/letter-words.ts'
import type { LettersWord } from '../../../src/core/registry/registry-state.ts'
import { letters } from '../registry/records.ts'

const wordAt = (offset: number, ids: readonly string[]): LettersWord => ({
  offset,
  record: { ...letters(`word ${offset}`, offset), letters: ids },
})

const lettersOf = (word: number, count: number): string[] => Array.from({ length: count }, (_, at) => `${word}/${at}`)

/** Words of some hundred letters at growing offsets, and registry offsets at which they come into force. */
const story = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 1, max: 3 }), fc.boolean()), { maxLength: 8 })
  .map((steps) => {
    const words: LettersWord[] = []
    const inForce: number[] = []
    let offset = 5
    for (const [count, gap, comesIntoForce] of steps) {
      words.push(wordAt(offset, lettersOf(offset, count)))
      offset += gap
      if (comesIntoForce) inForce.push(offset)
    }
    return { words, inForce: [...inForce, offset] }
  })

describe('words about dead letters', () => {
  it('are carried out once each and in their order, wherever the process dies between two steps', () => {
    fc.assert(
      fc.property(story, fc.array(fc.boolean(), { minLength: 1 }), ({ words, inForce }, deaths) => {
        const done: string[] = []
        let at = new LetterWords({ registryOffset: 5 })
        let step = 0
        for (const registryOffset of inForce) {
          at.know(words, registryOffset)
          for (let { due } = at; due !== null; { due } = at) {
            done.push(...due.letters)
            at.done()
            if (deaths[(step += 1) % deaths.length] === true) {
              at = new LetterWords({ ...at.tell(), registryOffset })
              at.know(words, registryOffset)
            }
          }
          expect(at.tell()).toEqual({})
        }
        expect(done).toEqual(words.flatMap(({ record }) => record.letters))
      }),
    )
  })

  it('that are in force already when a source begins are none of its', () => {
    const words = [wordAt(3, ['a']), wordAt(7, ['b'])]
    expect(firstWord(words, { from: 4, to: 8 })).toEqual({ word: 7, done: 0 })
    expect(firstWord(words, { from: 4, to: 7 })).toBeNull()
  })

  it('are open until the source has come to them, and on what others wait for until its turn has come', () => {
    const words = [wordAt(3, ['a', 'b', 'c']), wordAt(7, ['a', 'd'])]
    const open = (checkpoint: Parameters<typeof openWords>[1]): string[] => [...openWords(words, checkpoint).keys()]
    expect(open({ registryOffset: 3 })).toEqual(['a', 'b', 'c', 'd'])
    expect(open({ registryOffset: 4 })).toEqual(['a', 'd'])
    expect(open({ registryOffset: 9, letters: { word: 3, done: 2 } })).toEqual(['c', 'a', 'd'])
    const blocker = { number: 0, letter: 'x', mapping: 'm', revision: 'r', units: [] }
    const held = { next: 1, inputs: 1, bytes: 9, holds: [] }
    expect(open({ registryOffset: 9, held: { ...held, blockers: [blocker] } })).toEqual([])
    expect(open({ registryOffset: 9, held: { ...held, blockers: [{ ...blocker, word: 'retry' }] } })).toEqual(['x'])
  })
})
