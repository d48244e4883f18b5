import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Place } from '../../../src/core/diagnostics/problem.ts'
import { checkMapping } from '../../../src/core/mapping/check/check-mapping.ts'
import { sound, soundBut, sources } from './sample.ts'
import { runs } from '../../runs.ts'

const problemsOf = (text: string) => checkMapping({ text, file: 'orders.yaml' }, sources).problems

/** What stands in a file at a place. */
function textAt(text: string, { line, column, length }: Place): string {
  return (text.split('\n')[line - 1] ?? '').slice(column - 1, column - 1 + length)
}

/** A text constant of the language, whatever is in it. */
const constant = fc
  .string({ unit: fc.constantFrom('a', 'é', '𝄞', ' ', '"', '#', ':', '\t', '{', '-', '|', '>'), maxLength: 12 })
  .map((text) => `'${text.replace(/[\\']/g, '')}'`)

/** Ways of writing one scalar in YAML. */
const styles = {
  double: (value: string) => stringify(value, { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0 }).trimEnd(),
  single: (value: string) => `'${value.replaceAll("'", "''")}'`,
  escaped: (value: string) =>
    `"${Array.from(value, (character) => (character === '"' || character === '\\' ? `\\${character}` : character === 'é' ? '\\u00e9' : character)).join('')}"`,
  literal: (value: string) => `|-\n            ${value}`,
  folded: (value: string) => `>-\n            ${value}`,
  foldedTwice: (value: string) => `>-\n            ${value.replace(' + ', ' +\n            ')}`,
  twoLines: (value: string) => `"${value.replace(/["\\]/g, '').replace(' + ', ' +\n            ')}"`,
}

describe('the place of a mistake in an expression', () => {
  it.each(Object.entries(styles))('is exact in a scalar of style %s', (_, style) => {
    fc.assert(
      fc.property(constant, constant, (before, after) => {
        const text = soundBut('note: "after.note"', `note: ${style(`${before} + after.nothere + ${after}`)}`)
        const problems = problemsOf(text)
        expect(problems.map(({ code }) => code)).toEqual(['FW2103'])
        expect(problems.map(({ place }) => textAt(text, place))).toEqual(['nothere'])
      }),
      { numRuns: 50 },
    )
  })

  it('is exact behind a byte order mark and with line ends of Windows', () => {
    const text = `\ufeff${soundBut('"after.store_no"', '"after.nothere"').replaceAll('\n', '\r\n')}`
    const [problem] = problemsOf(text)
    expect(problem?.place).toEqual({ file: 'orders.yaml', line: 22, column: 27, length: 7 })
  })
})

describe('any text at all', () => {
  it('is read without an exception, and every mistake has a place in it', () => {
    const edit = fc.tuple(
      fc.nat({ max: sound.length - 1 }),
      fc.nat({ max: 12 }),
      fc.string({ unit: fc.constantFrom(...Array.from('{}[]:,#&*!|>\'"%@`- \n\tab1.?')), maxLength: 6 }),
    )
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce((now, [at, cut, put]) => now.slice(0, at) + put + now.slice(at + cut), sound)
        const lines = text.split('\n')
        for (const { place, message, name } of problemsOf(text)) {
          expect(place.line).toBeGreaterThanOrEqual(1)
          expect(place.line).toBeLessThanOrEqual(lines.length)
          expect(place.column).toBeGreaterThanOrEqual(1)
          expect(place.column).toBeLessThanOrEqual((lines[place.line - 1] ?? '').length + 1)
          expect(place.length).toBeGreaterThanOrEqual(1)
          expect(message).not.toMatch(/undefined|\[object|NaN/)
          expect(name).not.toBe('')
        }
      }),
      { numRuns: runs(100) },
    )
  })

  it('that is accepted compiles, and what is refused does not', () => {
    const edit = fc.tuple(fc.nat({ max: sound.length - 1 }), fc.nat({ max: 3 }))
    fc.assert(
      fc.property(edit, ([at, cut]) => {
        const text = sound.slice(0, at) + sound.slice(at + cut)
        const { mapping, problems } = checkMapping({ text, file: 'orders.yaml' }, sources)
        expect(mapping === null).toBe(problems.some(({ severity }) => severity === 'error'))
      }),
      { numRuns: runs(80) },
    )
  })
})
