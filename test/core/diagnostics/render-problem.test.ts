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

  it('are nothing when there are none', () => {
    expect(renderProblems([], () => null)).toBe('')
  })
})
