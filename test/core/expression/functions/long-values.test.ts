/** A value may be as long as a record. Whatever takes the square of its length stops the daemon for minutes. */
import { expect, it } from 'vitest'
import { parseDecimal } from '../../../../src/core/values/decimal-text.ts'
import { functions } from '../../../../src/core/expression/functions/index.ts'
import { NumberOutOfRange, parseExactly } from '../../../../src/core/values/exact-json.ts'
import { ValueError } from '../../../../src/core/values/value-error.ts'
import { after, frameOf } from '../rows.ts'
import { compiled } from '../scopes.ts'

const length = 4_000_000
/** Each takes some milliseconds to some hundred of this thread's time; the square of the length takes seconds to hours. */
const tookMsMax = 1_500

function tookMs(work: () => unknown): number {
  const before = process.threadCpuUsage()
  try {
    work()
  } catch (error) {
    if (!(error instanceof ValueError || error instanceof NumberOutOfRange)) throw error
  }
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

const x = "after['odd name']"
const texts = { digits: '7'.repeat(length), letters: 'a'.repeat(length), blanks: `${' '.repeat(length)}x` }

it.each([
  `int(${x})`,
  `long(${x})`,
  `decimal(${x}, 10, 2)`,
  `string(${x})`,
  `upper(${x})`,
  `lower(${x})`,
  `trim(${x})`,
  `digits(${x})`,
  `first(${x}, 3)`,
  `last(${x}, 3)`,
  `mask(${x}, 3)`,
  `size(${x})`,
  `replace(${x}, 'a', 'b')`,
  `size(split(${x}, 'a'))`,
  `matches(${x}, '^[0-9]+a+b$')`,
  `date(${x})`,
  `date(${x}, 'd.M.yyyy')`,
  `substring(${x}, 2, 5)`,
  `padStart(${x}, 9, '0')`,
  `contains(${x}, 'aab')`,
  `size(set(${x}))`,
  `size(distinct(split(${x}, 'a')))`,
  `size(sort(split(${x}, 'a')))`,
  `json(${x}, 'a.b')`,
  `pseudonym('customer-email', ${x})`,
  `uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', ${x})`,
  `letter(${x})`,
])('%s takes no more than its length', (expression) => {
  const typed = compiled(expression)
  for (const [name, text] of Object.entries(texts)) {
    const row = { ...after, 'odd name': text }
    const frame = frameOf([row, row])
    expect(
      tookMs(() => typed.evaluate(frame)),
      name,
    ).toBeLessThan(tookMsMax)
  }
})

it('bits() takes no more than its length', () => {
  const bytes = 200_000
  const resolution = functions.get('bits')?.resolve([], { keys: new Map() } as never)
  if (resolution?.kind !== 'resolved') throw new Error('expected a function of values')
  expect(tookMs(() => resolution.apply(Buffer.alloc(bytes, 1)))).toBeLessThan(tookMsMax)
  expect(resolution.apply(Buffer.concat([Buffer.of(5, 1), Buffer.alloc(bytes)]))).toBe(0x0105n)
  expect(() => resolution.apply(Buffer.concat([Buffer.alloc(8), Buffer.of(1)]))).toThrow('more than 63 bits')
})

it('numbers that no database holds are refused by their length, in text and in JSON', () => {
  const digits = '7'.repeat(length)
  expect(tookMs(() => expect(parseDecimal(digits)).toBeNull())).toBeLessThan(tookMsMax)
  expect(tookMs(() => parseExactly(`{"a": ${digits}}`))).toBeLessThan(tookMsMax)
  expect(() => parseExactly(`{"a": ${digits}}`)).toThrow(NumberOutOfRange)
  expect(parseExactly(`{"a": 1${'0'.repeat(400)}}`)).toEqual({ a: 10n ** 400n })
})
