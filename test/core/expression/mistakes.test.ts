import { describe, expect, it } from 'vitest'
import { compileExpression } from '../../../src/core/expression/compile.ts'
import type { Scope } from '../../../src/core/expression/types/scope.ts'
import { insertScope, source, updateScope } from './scopes.ts'

/** The marked part of the text, the code with its name, the message, and the hint behind a bar. */
function mistakes(text: string, scope: Scope): string[] {
  const result = compileExpression(source(text), scope)
  if (result.kind === 'compiled') return []
  return result.problems.map(({ place, code, name, message, hint }) => {
    const marked = text.slice(place.column - 1, place.column - 1 + place.length)
    return `«${marked}» ${code} ${name}: ${message}${hint === undefined ? '' : ` | ${hint}`}`
  })
}

describe('mistakes in names', () => {
  it.each([
    [
      'after.quantity > 0',
      '«quantity» FW2103 unknown-column: no column \'quantity\' in public.orders | did you mean "qty"? (have id, status, qty, spare, total_cents, discount, weight, sku, email, created_at, paid_at, odd name, …)',
    ],
    [
      "after.shape == 'x'",
      '«shape» FW2106 unreadable-column: public.orders.shape has type polygon, which this version cannot read',
    ],
    ["status == 'S'", '«status» FW2102 unknown-name: nothing here is called \'status\' | did you mean "after.status"?'],
    ['N == after.status', "«N» FW2102 unknown-name: nothing here is called 'N' | a text stands in quotes: 'N'"],
    [
      'payMethod',
      '«payMethod» FW2102 unknown-name: nothing here is called \'payMethod\' | did you mean "payMethod(…)"?',
    ],
    ['sumary', "«sumary» FW2102 unknown-name: nothing here is called 'sumary' | have before, after, row"],
    ['group.id', '«group» FW2107 not-in-scope: group is not here: the rule has no `per`'],
    ['x.y.z', "«x» FW2102 unknown-name: nothing here is called 'x' | have before, after, row"],
    [
      '[1].map(x, y)',
      '«y» FW2102 unknown-name: nothing here is called \'y\' | did you mean "x"? (have before, after, row, x)',
    ],
    [
      "after['nope']",
      "«'nope'» FW2103 unknown-column: no column 'nope' in public.orders | have id, status, qty, spare, total_cents, discount, weight, sku, email, created_at, paid_at, odd name, …",
    ],
    [
      "changed('statos')",
      "«'statos'» FW2103 unknown-column: no column 'statos' in public.orders | did you mean \"status\"? (have id, status, qty, spare, total_cents, discount, weight, sku, email, created_at, paid_at, odd name)",
    ],
    [
      'upperr(after.sku)',
      '«upperr» FW2104 unknown-function: there is no function \'upperr\' | did you mean "upper"? (have payMethod, letter, string, upper, lower, trim, digits, first, last, replace, split, matches, …)',
    ],
    [
      "chagned('status')",
      '«chagned» FW2104 unknown-function: there is no function \'chagned\' | did you mean "changed"? (have payMethod, letter, string, upper, lower, trim, digits, first, last, replace, split, matches, …)',
    ],
    ['after.qty.foo', "«after.qty.foo» FW2201 operand-type: cannot select 'foo' from int"],
  ])('%s', (text, mistake) => {
    expect(mistakes(text, updateScope())).toEqual([mistake])
  })
})

describe('mistakes in null', () => {
  it.each([
    [
      'after.spare + 1',
      "«after.spare» FW2210 nullable-operand: '+' on int?: after.spare is nullable; use coalesce(after.spare, 0)",
    ],
    [
      'after.qty - after.spare',
      "«after.spare» FW2210 nullable-operand: '-' on int?: after.spare is nullable; use coalesce(after.spare, 0)",
    ],
    [
      '-after.spare',
      "«after.spare» FW2210 nullable-operand: '-' on int?: after.spare is nullable; use coalesce(after.spare, 0)",
    ],
    [
      'after.discount < 5',
      "«after.discount» FW2210 nullable-operand: '<' on decimal(5,2)?: after.discount is nullable; use coalesce(after.discount, 0)",
    ],
    [
      "after.email + 'x'",
      "«after.email» FW2210 nullable-operand: '+' on string?: after.email is nullable; use coalesce(after.email, '')",
    ],
    [
      'after.paid_at < after.paid_at',
      "«after.paid_at» FW2210 nullable-operand: '<' on timestamp?: after.paid_at is nullable; use coalesce(after.paid_at, …)",
    ],
    ['null + 1', "«null + 1» FW2201 operand-type: '+' does not take null and int"],
    ['after.qty < null', "«null» FW2210 nullable-operand: '<' does not take null"],
    [
      '(after.spare == null ? null : true) ? 1 : 2',
      '«after.spare == null ? null : true» FW2210 nullable-operand: a condition on bool?: after.spare == null ? null : true may be null: one alternative is null; use coalesce(after.spare == null ? null : true, false)',
    ],
    [
      '!(after.spare == 1 ? null : true)',
      "«after.spare == 1 ? null : true» FW2210 nullable-operand: '!' on bool?: after.spare == 1 ? null : true may be null: one alternative is null; use coalesce(after.spare == 1 ? null : true, false)",
    ],
  ])('%s', (text, mistake) => {
    expect(mistakes(text, updateScope())).toEqual([mistake])
  })
})

describe('mistakes in null on insert', () => {
  it.each([
    [
      'before.qty - 1',
      "«before.qty» FW2210 nullable-operand: '-' on int?: before.qty may be null: before is null on insert; use coalesce(before.qty, 0)",
    ],
    [
      "upper(before.sku) + 'x'",
      "«upper(before.sku)» FW2210 nullable-operand: '+' on string?: upper(before.sku) is null where before is null on insert; use coalesce(upper(before.sku), '')",
    ],
    [
      "changed('qty')",
      "«changed('qty')» FW2107 not-in-scope: changed() is not here: only an update has a row before and a row after",
    ],
  ])('%s', (text, mistake) => {
    expect(mistakes(text, insertScope())).toEqual([mistake])
  })
})

describe('mistakes in types', () => {
  it.each([
    [
      "after.qty + 'x'",
      "«after.qty + 'x'» FW2201 operand-type: '+' does not take int and string | other values become text with string(x)",
    ],
    [
      'after.created_at == after.paid_at',
      "«after.created_at == after.paid_at» FW2201 operand-type: '==' does not take localdatetime and timestamp? | a local time becomes an instant with zoned(x, zone) or utc(x)",
    ],
    [
      'after.discount / 2',
      "«after.discount / 2» FW2201 operand-type: '/' does not take decimal(5,2)? and int | decimals are divided with div(x, y, scale)",
    ],
    [
      'after.weight + after.total_cents',
      "«after.weight + after.total_cents» FW2201 operand-type: '+' does not take double and long | a double becomes a decimal with decimal(x, precision, scale)",
    ],
    [
      'coalesce(after.discount, 0) * after.weight',
      "«coalesce(after.discount, 0) * after.weight» FW2201 operand-type: '*' does not take decimal(5,2) and double | a double becomes a decimal with decimal(x, precision, scale)",
    ],
    [
      'after.sku + 1',
      "«after.sku + 1» FW2201 operand-type: '+' does not take string and int | other values become text with string(x)",
    ],
    ['after.qty && true', "«after.qty» FW2205 condition-type: '&&' needs bool, got int"],
    ['after.qty ? 1 : 2', '«after.qty» FW2205 condition-type: a condition is bool, this is int'],
    [
      'after.status == 1',
      "«after.status == 1» FW2201 operand-type: '==' does not take string and int | other values become text with string(x)",
    ],
    ["after.qty in ['a']", "«after.qty in ['a']» FW2201 operand-type: 'in' does not take int and list<string>"],
    [
      'after.qty in after.sku',
      "«after.qty in after.sku» FW2201 operand-type: 'in' does not take int and string | other values become text with string(x)",
    ],
    ['true < false', "«true < false» FW2201 operand-type: '<' does not take bool and bool"],
    ['!after.email', "«!after.email» FW2201 operand-type: '!' does not take string?"],
    ['-after.sku', "«-after.sku» FW2201 operand-type: '-' does not take string"],
    [
      "true ? 1 : 'x'",
      "«true ? 1 : 'x'» FW2206 branch-types: the alternatives are int and string | other values become text with string(x)",
    ],
    ["[1, 'x']", "«[1, 'x']» FW2206 branch-types: a list has elements of one type, these are int, string"],
    ['[]', '«[]» FW2201 operand-type: an empty list has no type'],
    ['[after]', '«[after]» FW2201 operand-type: a list cannot hold row of public.orders'],
    ['[1].map(x, after)', '«after» FW2202 argument-type: map() gives a list of values, not of row of public.orders'],
    ['after.sku.exists(x, true)', '«after.sku» FW2202 argument-type: exists() needs a list, got string'],
    ['[1].exists(x, x)', '«x» FW2205 condition-type: exists() needs a condition, got int'],
    [
      "payMethod(after.qty) == 'CRAD'",
      "«'CRAD'» FW2214 impossible-value: payMethod(after.qty) is never 'CRAD' | did you mean \"CARD\"? (have CARD, OTHER)",
    ],
    [
      "payMethod(after.qty) in ['CASH', 'CARD']",
      "«'CASH'» FW2214 impossible-value: payMethod(after.qty) is never 'CASH' | have CARD, OTHER",
    ],
  ])('%s', (text, mistake) => {
    expect(mistakes(text, updateScope())).toEqual([mistake])
  })
})

describe('mistakes in arguments', () => {
  it.each([
    ['scaled(after.qty)', '«scaled(after.qty)» FW2203 argument-count: scaled(x, scale) was given 1 argument'],
    ['scaled(after.qty, after.spare)', '«after.spare» FW2204 literal-required: scaled(): scale must be a constant'],
    ['scaled(after.qty, null)', '«null» FW2204 literal-required: scaled(): scale must be a constant'],
    ['scaled(after.qty, 40)', '«40» FW2207 bad-constant: scaled(): a scale is 0 to 38'],
    [
      'scaled(after.sku, 2)',
      '«after.sku» FW2202 argument-type: scaled(): x takes int, long, got string | a text becomes a number with int(x) or long(x)',
    ],
    [
      "zoned(after.created_at, 'Europe/Berln')",
      "«'Europe/Berln'» FW2207 bad-constant: zoned(): there is no time zone 'Europe/Berln'",
    ],
    [
      "zoned(after.paid_at, 'UTC')",
      '«after.paid_at» FW2202 argument-type: zoned(): x takes localdatetime, got timestamp? | it is an instant already',
    ],
    ["matches(after.sku, '(')", "«'('» FW2207 bad-constant: matches(): error parsing regexp: missing closing ): `(`"],
    [
      "pseudonym('customer-mail', after.sku)",
      "«'customer-mail'» FW2208 unknown-key: pseudonym(): there is no key 'customer-mail' | did you mean \"customer-email\"? (have customer-email)",
    ],
    ['pseudonym(after.sku, after.sku)', '«after.sku» FW2204 literal-required: pseudonym(): key must be a constant'],
    [
      'decimal(after.qty)',
      '«after.qty» FW2207 bad-constant: decimal(): needs precision and scale: decimal(x, precision, scale)',
    ],
    ["decimal('1,5')", "«'1,5'» FW2207 bad-constant: decimal(): '1,5' is no decimal"],
    ['decimal(after.qty, 40, 2)', '«40» FW2207 bad-constant: decimal(): a precision is 1 to 38'],
    ['first(after.sku, -1)', '«-1» FW2207 bad-constant: first(): a number of characters is 1 or more'],
    ["replace(after.sku, '', 'x')", "«''» FW2207 bad-constant: replace(): the text to replace is empty"],
    ["split(after.sku, '')", "«''» FW2207 bad-constant: split(): the separator is empty"],
    ["uuid5('x', after.sku)", "«'x'» FW2207 bad-constant: uuid5(): the namespace is not a UUID"],
    [
      'sum([after.spare])',
      '«[after.spare]» FW2202 argument-type: sum(): takes a list of numbers, got list<int?> | elements that may be null: list.map(x, coalesce(x, 0))',
    ],
    [
      "coalesce(after.qty, 'x')",
      '«after.qty» FW2202 argument-type: coalesce(): the arguments have no common type: int, string | other values become text with string(x)',
    ],
    [
      'coalesce(after.created_at, after.paid_at)',
      '«after.created_at» FW2202 argument-type: coalesce(): the arguments have no common type: localdatetime, timestamp? | a local time becomes an instant with zoned(x, zone) or utc(x)',
    ],
    ["nullIf(after.qty, 'x')", "«'x'» FW2202 argument-type: nullIf(): cannot compare int with string"],
    ['coalesce(null, null)', '«null» FW2202 argument-type: coalesce(): the arguments have no common type: null, null'],
    [
      'payMethod(after.qty, 1)',
      '«payMethod(after.qty, 1)» FW2203 argument-count: payMethod(code) was given 2 arguments',
    ],
    [
      'payMethod(after.created_at)',
      '«after.created_at» FW2202 argument-type: payMethod(): a code is int, long, string, enum or bool, got localdatetime',
    ],
    ['letter(after.qty)', "«after.qty» FW2202 argument-type: letter(): int is never the code 'N'"],
    [
      'string(after.weight)',
      '«after.weight» FW2202 argument-type: string(): x takes string, enum, uuid, int, long, bool, decimal, bigdecimal, date, time, timestamp, localdatetime, json, got double | a double becomes a decimal with decimal(x, precision, scale)',
    ],
    [
      'changed(after.sku)',
      "«changed(after.sku)» FW2204 literal-required: changed('column') takes one constant column name",
    ],
  ])('%s', (text, mistake) => {
    expect(mistakes(text, updateScope())).toEqual([mistake])
  })
})

describe('mistakes in syntax', () => {
  it.each([
    ['', '«» FW2101 expression-syntax: expected a value, the text ends here'],
    ['1 +', '«» FW2101 expression-syntax: expected a value, the text ends here'],
    ['(1 + 2', "«» FW2101 expression-syntax: expected ')', the text ends here"],
    ['1 2', "«2» FW2101 expression-syntax: unexpected '2'"],
    ['after.', '«» FW2101 expression-syntax: expected a name, the text ends here'],
    ["'abc", "«'abc» FW2101 expression-syntax: unterminated string"],
    ["'\\q'", '«\\q» FW2101 expression-syntax: invalid escape sequence: \\q'],
    ['after.qty = 1', "«=» FW2101 expression-syntax: unexpected '=' | equality is '=='"],
    ['after.qty <> 1', "«>» FW2101 expression-syntax: unexpected '>' | inequality is '!='"],
    ['a and b', "«and» FW2101 expression-syntax: unexpected 'and' | 'and' is '&&'"],
    ['not p', "«p» FW2101 expression-syntax: unexpected 'p' | 'not' is '!'"],
    ['after.sku is null', "«is» FW2101 expression-syntax: unexpected 'is' | a test for null is 'x == null'"],
    [
      "after.sku like 'x'",
      "«like» FW2101 expression-syntax: unexpected 'like' | a pattern is tested with matches(x, pattern)",
    ],
    [
      'after.qty ?? 0',
      "«?» FW2101 expression-syntax: unexpected '?' | what null becomes is said with coalesce(x, …), a choice with 'test ? yes : no'",
    ],
    ['as', "«as» FW2101 expression-syntax: 'as' is a reserved word of CEL"],
    [
      '`x`',
      "«`» FW2101 expression-syntax: unexpected '`' | a column whose name is no identifier is read as row['odd name']",
    ],
    ['999999999999999999999', '«999999999999999999999» FW2101 expression-syntax: a whole number of more than 64 bits'],
    ['[1].filter(x)', '«[1].filter(x)» FW2101 expression-syntax: expected filter(name, expression)'],
    ['[1].exists(1, true)', "«1» FW2101 expression-syntax: expected a name for the element, found '1'"],
    [
      'after.qty // 2',
      '«// 2» FW2105 not-in-language: a comment is not part of the language | a comment stands behind # in the YAML file',
    ],
    [
      'after[0]',
      '«after[0]» FW2105 not-in-language: an index that is no text constant is not part of the language | an element of a list or of rows is at(list, position)',
    ],
    ["{'a': 1}", "«{'a': 1}» FW2105 not-in-language: a map literal is not part of the language"],
    [
      'has(after.sku)',
      "«has(after.sku)» FW2105 not-in-language: has() is not part of the language | a test for null is 'x != null'",
    ],
    [
      'dyn(1)',
      '«dyn(1)» FW2105 not-in-language: dyn() is not part of the language | every expression has a known type',
    ],
    [
      'after.sku.upper()',
      '«after.sku.upper()» FW2105 not-in-language: the method upper() is not part of the language | functions are called as f(value, …)',
    ],
    [
      'cel.bind(x, 1, x)',
      '«cel.bind(x, 1, x)» FW2105 not-in-language: the method bind() is not part of the language | functions are called as f(value, …)',
    ],
    ["b'x'", "«b'x'» FW2105 not-in-language: a literal of this kind is not part of the language"],
    ['1u', '«1u» FW2105 not-in-language: a literal of this kind is not part of the language'],
  ])('%s', (text, mistake) => {
    expect(mistakes(text, updateScope())).toEqual([mistake])
  })
})

describe('several mistakes in one expression', () => {
  it('are all reported, each at its place', () => {
    expect(
      mistakes('after.nope + before.quantty > upperr(x)', updateScope()).map((text) => text.split(':')[0]),
    ).toEqual([
      '«nope» FW2103 unknown-column',
      '«quantty» FW2103 unknown-column',
      '«x» FW2102 unknown-name',
      '«upperr» FW2104 unknown-function',
    ])
  })

  it('are reported on both sides of a lazy operator and in all branches', () => {
    const text = '(before.qty > 0 || after.spare > 0) && after.discount > 1.5 ? upperr(1) : after.nope'
    expect(mistakes(text, updateScope()).map((mistake) => mistake.split(' ')[0])).toEqual([
      '«after.spare»',
      '«after.discount»',
      '«upperr»',
      '«nope»',
    ])
  })
})

describe('the place of a mistake', () => {
  it('covers the parentheses around the part', () => {
    expect(mistakes('true ? (1 + 2) * 3 : (after.spare == 1)', updateScope())[0]).toContain(
      '«true ? (1 + 2) * 3 : (after.spare == 1)»',
    )
    expect(mistakes("(1 + 2) * (after.qty + 'x')", updateScope())[0]).toContain("«after.qty + 'x'»")
    expect(mistakes("-(1 + after.qty) + ('a')", updateScope())[0]).toContain("«-(1 + after.qty) + ('a')»")
  })

  it('counts no parenthesis that stands in a text', () => {
    expect(mistakes("'(' + 1", updateScope())[0]).toContain("«'(' + 1»")
  })
})

describe('an expression that is too large', () => {
  it('is refused, before the stack ends', () => {
    expect(mistakes(Array.from({ length: 1500 }, () => '1').join(' + '), updateScope())[0]).toContain('maxAstNodes')
    expect(mistakes(`${'('.repeat(300)}1${')'.repeat(300)}`, updateScope())[0]).toContain('maxDepth')
  })

  it('is compiled and run below that', () => {
    expect(mistakes(Array.from({ length: 900 }, () => '1').join(' + '), updateScope())).toEqual([])
    expect(mistakes(`${'-('.repeat(200)}1${')'.repeat(200)}`, updateScope())).toEqual([])
  })
})
