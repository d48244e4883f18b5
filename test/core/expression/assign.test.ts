import { describe, expect, it } from 'vitest'
import { assign } from '../../../src/core/expression/elaborate/assign.ts'
import { Reporter } from '../../../src/core/expression/syntax/reporter.ts'
import type { Scope } from '../../../src/core/expression/types/scope.ts'
import type { Nullable, ValueType } from '../../../src/core/values/type.ts'
import { ValueError } from '../../../src/core/values/value-error.ts'
import { after, before, frameOf } from './rows.ts'
import { compiled, insertScope, source, updateScope } from './scopes.ts'

const money: ValueType = { kind: 'decimal', precision: 12, scale: 2 }
const words: ValueType = { kind: 'enum', values: ['CARD', 'OTHER', 'CASH'] }
const listOf = (type: ValueType, nullable = false): ValueType => ({ kind: 'list', element: { type, nullable } })

interface Assignment {
  readonly problems: readonly string[]
  readonly value: unknown
}

function assigned(text: string, type: Nullable<ValueType>, scope: Scope = updateScope()): Assignment {
  const reporter = new Reporter(source(text))
  const result = assign(reporter, compiled(text, scope), { name: 'field', type })
  const problems = reporter.problems.map(
    ({ severity, code, message, hint }) => `${severity} ${code} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
  )
  if (result === null) return { problems, value: undefined }
  try {
    return { problems, value: result.evaluate(frameOf([before, after])) }
  } catch (error) {
    if (error instanceof ValueError) return { problems, value: `!${error.errorClass}` }
    throw error
  }
}

const required = (type: ValueType): Nullable<ValueType> => ({ type, nullable: false })
const optional = (type: ValueType): Nullable<ValueType> => ({ type, nullable: true })

describe('a value', () => {
  it.each<[string, Nullable<ValueType>, unknown]>([
    ['after.qty', required({ kind: 'int' }), 5],
    ['after.qty', required({ kind: 'long' }), 5n],
    ['after.qty', required({ kind: 'double' }), 5],
    ['after.qty', optional({ kind: 'int' }), 5],
    ['after.weight', required({ kind: 'double' }), 1.5],
    ['trim(after.sku)', required({ kind: 'string' }), 'A-1'],
    ['payMethod(after.qty)', required({ kind: 'string' }), 'OTHER'],
    ['payMethod(after.qty)', required(words), 'OTHER'],
    ["'CASH'", required(words), 'CASH'],
    ['before.discount', optional(money), 1250n],
    ['coalesce(before.discount, 0)', required({ kind: 'decimal', precision: 20, scale: 4 }), 125000n],
    ['5', required({ kind: 'double' }), 5],
    ['5', required(money), 500n],
    ['-0.5', required(money), -50n],
    ['null', optional(money), null],
    ['before.spare', optional({ kind: 'long' }), null],
    ['[1, 2]', required(listOf({ kind: 'long' })), [1n, 2n]],
    ['[1, null]', required(listOf({ kind: 'long' }, true)), [1n, null]],
    [
      "uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')",
      required({ kind: 'string' }),
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    ],
  ])('%s goes into %j', (text, type, value) => {
    expect(assigned(text, type)).toEqual({ problems: [], value })
  })

  it.each<[string, Nullable<ValueType>, string]>([
    [
      'after.total_cents',
      required({ kind: 'int' }),
      'field is int, the expression is long | use int(x), which is checked at run time',
    ],
    ['after.total_cents', required({ kind: 'double' }), 'field is double, the expression is long'],
    [
      'after.total_cents',
      required(money),
      'field is decimal(12,2), the expression is long | use scaled(x, scale) for smallest units',
    ],
    [
      'after.weight',
      required(money),
      'field is decimal(12,2), the expression is double | use decimal(x, precision, scale)',
    ],
    [
      'after.created_at',
      required({ kind: 'timestamp' }),
      'field is timestamp, the expression is localdatetime | use zoned(x, zone) or utc(x)',
    ],
    ['after.qty', required({ kind: 'string' }), 'field is string, the expression is int | use string(x)'],
    ['after.qty', required({ kind: 'date' }), 'field is date, the expression is int | use ymd(x)'],
    [
      'after',
      required({ kind: 'string' }),
      'field is string, the expression is row of public.orders | select a column',
    ],
    ['after.sku', required(words), 'field is enum, the expression is string | use a code table, whose words are known'],
    ['1.005', required(money), 'field is decimal(12,2), the expression is decimal(4,3)'],
    [
      "'CRAD'",
      required(words),
      'field is one of CARD, OTHER, CASH, the expression can be \'CRAD\' | did you mean "CARD"?',
    ],
    ['letter(after.status)', required(words), "field is one of CARD, OTHER, CASH, the expression can be 'NEW'"],
    [
      '[payMethod(1), letter(after.status)]',
      required(listOf(words)),
      'field is list<enum>, the expression is list<enum>',
    ],
    ['[1, null]', required(listOf({ kind: 'int' })), 'field is list<int>, the expression is list<int?>'],
  ])('%s does not go into %j', (text, type, message) => {
    expect(assigned(text, type).problems).toEqual([`error FW2212 ${message}`])
  })

  it('that may have too many digits goes in with a warning, and is checked when it comes', () => {
    const type = required({ kind: 'decimal', precision: 5, scale: 2 })
    const warning = 'warning FW2213 decimal(19,2) into decimal(5,2): overflow is checked at run time'
    expect(assigned('scaled(after.total_cents, 2)', type)).toEqual({ problems: [warning], value: 4990n })
    expect(assigned('scaled(after.total_cents * 100, 2)', type)).toEqual({ problems: [warning], value: '!overflow' })
  })
})

describe('a text of a blank-padded column', () => {
  it('goes in with a warning', () => {
    expect(assigned('upper(after.sku)', required({ kind: 'string' }))).toEqual({
      problems: ['warning FW2215 upper(after.sku) is padded with blanks | use trim(upper(after.sku))'],
      value: 'A-1   ',
    })
  })
})

describe('a literal of too many digits', () => {
  it('does not take a decimal that cannot hold it', () => {
    const type = required({ kind: 'decimal', precision: 5, scale: 2 })
    expect(assigned('1000.00', type)).toEqual({
      problems: ['error FW2212 field is decimal(5,2), the expression is decimal(6,2)'],
      value: undefined,
    })
    expect(compiled('coalesce(before.discount, 1000)').type).toEqual({ kind: 'decimal', precision: 12, scale: 2 })
  })
})

describe('a null that reaches a required field', () => {
  it('is followed back through a call', () => {
    expect(assigned('upper(trim(after.email))', required({ kind: 'string' })).problems).toEqual([
      'error FW2211 field is required, upper(trim(after.email)) is null where trim(after.email) is null where after.email is nullable | use coalesce(upper(trim(after.email)), \'\'), or when: "after.email != null" to publish nothing without it',
    ])
  })

  it('is followed back to the row that is not there', () => {
    expect(assigned('before.qty', required({ kind: 'int' }), insertScope()).problems).toEqual([
      'error FW2211 field is required, before.qty may be null: before is null on insert | use coalesce(before.qty, 0), or when: "before.qty != null" to publish nothing without it',
    ])
  })

  it('is refused as a literal', () => {
    expect(assigned('null', required(money)).problems).toEqual([
      'error FW2211 field is required, null is null | use coalesce(null, …)',
    ])
  })

  it('may go into an optional one', () => {
    expect(assigned('upper(after.email)', optional({ kind: 'string' })).problems).toEqual([])
  })
})
