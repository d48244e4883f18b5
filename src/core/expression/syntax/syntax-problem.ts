/** Why a text is no expression of the language, in words for somebody who knows SQL or JavaScript better than CEL. */
import { codePointName, isUnseen } from '../../diagnostics/display-text.ts'

export interface Range {
  /** UTF-16 positions in the expression's text. */
  readonly start: number
  readonly end: number
}

/** FW2101: no expression at all; FW2105: CEL, but not of the profile. */
export class SyntaxProblem extends Error {
  readonly code: 'FW2101' | 'FW2105'
  readonly range: Range
  readonly hint: string

  constructor(code: 'FW2101' | 'FW2105', message: string, what: { readonly range: Range; readonly hint?: string }) {
    super(message)
    this.code = code
    this.range = what.range
    this.hint = what.hint ?? ''
  }
}

export const outside = (what: string, range: Range, hint = ''): SyntaxProblem =>
  new SyntaxProblem('FW2105', `${what} is not part of the language`, { range, hint })

/** What other languages write, and what is written here. */
const habits: ReadonlyMap<string, string> = new Map([
  ['=', "equality is '=='"],
  ['<>', "inequality is '!='"],
  ['&', "'and' is '&&'"],
  ['|', "'or' is '||'; text is joined with '+'"],
  ['and', "'and' is '&&'"],
  ['or', "'or' is '||'"],
  ['not', "'not' is '!'"],
  ['is', "a test for null is 'x == null'"],
  ['like', 'a pattern is tested with matches(x, pattern)'],
  ['?', "what null becomes is said with coalesce(x, …), a choice with 'test ? yes : no'"],
  ['`', "a column whose name is no identifier is read as row['odd name']"],
  ['"', "a text constant stands in '…'"],
])

/** The library's names of tokens that can be expected. */
const signs: ReadonlyMap<string, string> = new Map([
  ['RPAREN', "')'"],
  ['RBRACKET', "']'"],
  ['RBRACE', "'}'"],
  ['COLON', "':'"],
  ['IDENTIFIER', 'a name'],
])

/** From the error of the library's parser, whose messages name its tokens. */
export function syntaxProblem(text: string, error: unknown): SyntaxProblem {
  const { code, summary, range } = parserError(error)
  const start = Math.min(range?.start ?? 0, text.length)
  const found = /^(?:[A-Za-z_][A-Za-z_0-9]*|<>|[\s\S])/u.exec(text.slice(start))?.[0] ?? ''
  const place = { start, end: start + Math.max(1, found.length) }
  const before = text.slice(0, start).trimEnd().toLowerCase()
  const sign = found === '>' && before.endsWith('<') ? '<>' : found.toLowerCase()
  if (isUnseen(found)) return unseenCharacter(found, place)
  const hint = habits.get(sign) ?? habits.get(/[a-z]+$/.exec(before)?.[0] ?? '') ?? ''
  const here = found === '' ? 'the text ends here' : `found '${found}'`
  switch (code) {
    case 'expected_token': {
      const expected = signs.get(/^Expected (\w+)/.exec(summary)?.[1] ?? '') ?? 'something else'
      return new SyntaxProblem('FW2101', `expected ${expected}, ${here}`, { range: place, hint })
    }
    case 'unexpected_token':
    case 'unexpected_character': {
      const message = found === '' ? 'expected a value, the text ends here' : `unexpected '${found}'`
      return new SyntaxProblem('FW2101', message, { range: place, hint })
    }
    case 'invalid_macro_argument':
      return new SyntaxProblem('FW2101', `expected a name for the element, ${here}`, { range: place })
    case 'reserved_identifier':
      return new SyntaxProblem('FW2101', `'${found}' is a reserved word of CEL`, { range: place })
    default: {
      const end = Math.min(Math.max(range?.end ?? 0, start + 1), Math.max(text.length, start + 1))
      return new SyntaxProblem('FW2101', summary.charAt(0).toLowerCase() + summary.slice(1), { range: { start, end } })
    }
  }
}

const unseenCharacter = (found: string, range: Range): SyntaxProblem =>
  new SyntaxProblem('FW2101', `unexpected ${codePointName(found)}, which looks like a blank or like nothing`, {
    range,
    hint: 'take it out, or write a blank',
  })

/** What methods and functions of other languages are called here. */
export const otherNames: ReadonlyMap<string, string> = new Map([
  ['length', 'a length is size(x)'],
  ['toUpperCase', 'capitals are upper(x)'],
  ['upperAscii', 'capitals are upper(x)'],
  ['toLowerCase', 'small letters are lower(x)'],
  ['lowerAscii', 'small letters are lower(x)'],
  ['toString', 'a text is string(x)'],
  ['sorted', 'a list is sorted with sort(x), or x.sortBy(e, key)'],
  ['lpad', "a text is filled with padStart(x, n, '0')"],
  ['rpad', "a text is filled with padEnd(x, n, ' ')"],
  ['getFullYear', 'a year is year(x)'],
  ['getMonth', 'a month is month(x), from 1'],
  ['getDayOfMonth', 'a day is day(x), from 1'],
  ['getDate', 'a day is day(x), from 1'],
])

interface ParserError {
  readonly code: string
  readonly summary: string
  readonly range: Range | undefined
}

/** The library's error class has these fields, and is not exported under its own name. */
function parserError(error: unknown): ParserError {
  if (!(error instanceof Error) || !('code' in error) || !('summary' in error)) throw error
  const { code, summary } = error
  const range = 'range' in error ? (error.range as Range | undefined) : undefined
  return { code: String(code), summary: String(summary), range }
}
