import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineDiff } from '../../../src/core/diagnostics/difference/line-diff.ts'

const signs = { same: ' ', removed: '-', added: '+' } as const
const shown = (before: string, after: string): string[] =>
  lineDiff(before, after).map(({ kind, line, text }) => `${line}${signs[kind]}${text}`)

describe('the difference of two texts', () => {
  it('is nothing where they are equal', () => {
    expect(shown('a\nb\n', 'a\nb\n')).toEqual([])
  })

  it('shows the lines that go before those that come, with two lines around them', () => {
    expect(shown('a\nb\nc\nd\ne\nf', 'a\nb\nc\nD\ne\nf')).toEqual(['2 b', '3 c', '4-d', '4+D', '5 e', '6 f'])
  })

  it('leaves out what is far from both changes', () => {
    expect(shown('1\n2\n3\n4\n5\n6\n7\n8', '2\n3\n4\n5\n6\n7\n8\n9')).toEqual([
      '1-1',
      '1 2',
      '2 3',
      '6 7',
      '7 8',
      '8+9',
    ])
  })

  it('has all lines of both texts among those that are equal, go and come', () => {
    // No line of three is farther than two from one that changes: none is left out.
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = lineDiff(before, after)
        const of = (...kinds: string[]): string =>
          lines
            .filter(({ kind }) => kinds.includes(kind))
            .map((one) => one.text)
            .join('\n')
        fc.pre(before !== after)
        expect([of('same', 'removed'), of('same', 'added')]).toEqual([before, after])
      }),
      { numRuns: 500 },
    )
  })
})
