import { describe, expect, it } from 'vitest'
import type { Problem } from '../../../src/core/diagnostics/problem.ts'
import { renderProblem, renderProblems } from '../../../src/core/diagnostics/render-problem.ts'

const problem = (place: Partial<Problem['place']>, rest: Partial<Problem> = {}): Problem => ({
  severity: 'error',
  code: 'FW2103',
  name: 'unknown-column',
  message: "no column 'quantity' in public.order_lines",
  place: { file: 'm.yaml', line: 2, column: 12, length: 8, ...place },
  ...rest,
})

const text = 'fields:\n  quantity: "l.quantity"\n'

describe('a problem', () => {
  it('is shown with its line, the part that is meant, and what to type instead', () => {
    expect(renderProblem(problem({ column: 16 }, { hint: 'did you mean "qty"?' }), text)).toBe(
      [
        "m.yaml:2:16  error  FW2103 unknown-column  no column 'quantity' in public.order_lines",
        '      2 |   quantity: "l.quantity"',
        '        |                ^^^^^^^^   did you mean "qty"?',
        '',
      ].join('\n'),
    )
  })

  it('is shown without a line when the file cannot be read, the hint kept', () => {
    expect(renderProblem(problem({}, { hint: 'have qty' }), null)).toBe(
      [
        "m.yaml:2:12  error  FW2103 unknown-column  no column 'quantity' in public.order_lines",
        '        |   have qty',
        '',
      ].join('\n'),
    )
    expect(renderProblem(problem({}), null)).toMatch(/^[^\n]*\n$/)
  })

  it('is marked rightly behind tabs and in a file with a byte order mark', () => {
    const shown = renderProblem(problem({ line: 1, column: 3, length: 1 }), '\ufeff\t\tx: y')
    expect(shown.split('\n').slice(1, 3)).toEqual(['      1 |   x: y', '        |   ^'])
  })

  it('shows the surroundings of a place far out on a long line', () => {
    const line = `${'a'.repeat(200)}WRONG${'b'.repeat(200)}`
    const [, shown = '', marks = ''] = renderProblem(problem({ line: 1, column: 201, length: 5 }), line).split('\n')
    expect(shown.length).toBeLessThan(140)
    expect(shown.slice(marks.indexOf('^'), marks.indexOf('^') + 5)).toBe('WRONG')
    expect(marks.trimEnd().endsWith('^^^^^')).toBe(true)
  })

  it.each([
    { line: 'note: "日本" + x', column: 14, marks: '        |                ^' },
    { line: 'note: "👩‍👩‍👧" + x', column: 20, marks: '        |              ^' },
    { line: 'note: "e\u0301" + x', column: 13, marks: '        |            ^' },
  ])('is marked rightly behind characters of other widths: $line', ({ line, column, marks }) => {
    const shown = renderProblem(problem({ line: 1, column, length: 1 }), line)
    expect(shown.split('\n').slice(1, 3)).toEqual([`      1 | ${line}`, marks])
  })

  it('spells out what would move the cursor or turn the order of letters, wherever it stands', () => {
    const line = 'a\u001b[31m\u202eb: WRONG'
    const place = { file: 'm\u001b.yaml', line: 1, column: 11, length: 5 }
    const shown = renderProblem(problem(place, { message: "no '\u001b[2J'", hint: 'did you mean "\u2066x"?' }), line)
    expect(shown.split('\n')).toEqual([
      "m<U+001B>.yaml:1:11  error  FW2103 unknown-column  no '<U+001B>[2J'",
      '      1 | a<U+001B>[31m<U+202E>b: WRONG',
      '        |                         ^^^^^   did you mean "<U+2066>x"?',
      '',
    ])
  })

  it('marks no more than its line has', () => {
    const shown = renderProblem(problem({ line: 1, column: 3, length: 500 }), 'ab: cd')
    expect(shown.split('\n')[2]).toBe('        |   ^^^^')
  })
})

describe('several problems', () => {
  it('stand in the order of their places, in columns', () => {
    const shown = renderProblems(
      [
        problem({ line: 10, column: 1 }, { severity: 'warning', code: 'FW2213', name: 'narrowing', message: 'b' }),
        problem({ line: 9, column: 3 }, { message: 'a' }),
        problem({ file: 'a.yaml', line: 1, column: 1 }, { message: 'c' }),
      ],
      () => null,
    )
    expect(shown.trimEnd().split('\n')).toEqual([
      'a.yaml:1:1   error  FW2103 unknown-column  c',
      'm.yaml:9:3   error  FW2103 unknown-column  a',
      'm.yaml:10:1  warn   FW2213 narrowing       b',
    ])
  })

  it('are a hundred of one file at most, with the number of the others', () => {
    const many = Array.from({ length: 15_000 }, (_, at) => problem({ line: at + 1 }))
    const shown = renderProblems([...many, problem({ file: 'z.yaml' })], () => null)
      .trimEnd()
      .split('\n')
    expect(shown).toHaveLength(102)
    expect(shown[99]).toMatch(/^m\.yaml:100:12/)
    expect(shown.slice(100).map((line) => line.slice(0, 20))).toEqual(['z.yaml:2:12    error', 'm.yaml: 14900 more'])
  })

  it('are nothing when there are none', () => {
    expect(renderProblems([], () => null)).toBe('')
  })
})
