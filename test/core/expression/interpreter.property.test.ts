import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileExpression } from '../../../src/core/expression/compile.ts'
import type { Scope } from '../../../src/core/expression/types/scope.ts'
import type { ValueType } from '../../../src/core/values/type.ts'
import { ValueError } from '../../../src/core/values/value-error.ts'
import { interpret, Overflow } from './interpreter.ts'
import { source, updateScope } from './scopes.ts'

const int: ValueType = { kind: 'int' }
const string: ValueType = { kind: 'string' }
const listOf = (type: ValueType, nullable = false): ValueType => ({ kind: 'list', element: { type, nullable } })

const ints = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer())
const texts = fc.constantFrom('', 'a', 'B', ' a ', 'é💡', 'a\0b', '\ud800')
const orNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null })

/** Each with its type, whether it may be null, and what a row may hold. */
const variables = {
  i: [int, false, ints],
  n: [int, true, orNull(ints)],
  s: [string, false, texts],
  t: [string, true, orNull(texts)],
  p: [{ kind: 'bool' }, false, fc.boolean()],
  is: [listOf(int), false, fc.array(ints, { maxLength: 4 })],
  ns: [listOf(int, true), false, fc.array(orNull(ints), { maxLength: 4 })],
  ss: [listOf(string), true, orNull(fc.array(texts, { maxLength: 4 }))],
} satisfies Record<string, readonly [ValueType, boolean, fc.Arbitrary<unknown>]>
const names = Object.keys(variables)
const rows = fc.record(Object.fromEntries(Object.entries(variables).map(([name, [, , held]]) => [name, held])))

function scope(): Scope {
  let slots = names.length
  const bindings = Object.entries(variables).map(
    ([name, [type, nullable]], slot) => [name, { slot, type, nullable }] as const,
  )
  return { ...updateScope(), bindings: new Map(bindings), takeSlot: () => slots++ }
}

const literals = ['0', '1', '-1', '7', '2147483647', "'a'", "' a '", 'true', 'null', '[1, 2]', "['a', 'B']"]
const operators = ['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '&&', '||', 'in']
const calls = [
  ...['size', 'upper', 'trim', 'string', 'abs', 'first', 'last', 'min', 'max', 'sort', 'distinct'].map(
    (f) => `${f}(_)`,
  ),
  ...['coalesce', 'nullIf', 'at', 'startsWith', 'endsWith', 'contains', 'join'].map((f) => `${f}(_, _)`),
  ...['map', 'filter', 'exists', 'all', 'exists_one', 'sortBy'].flatMap((f) => [`is.${f}(x, _)`, `_.${f}(x, x == _)`]),
  'ns.filter(x, x != null)',
  '(_ == null ? _ : _)',
  '(n != null ? n + _ : _)',
  '(p ? _ : _)',
  'first(_, 1)',
  '(-_)',
  '(!_)',
]

/** About a quarter passes the check. */
const expressions = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'interpreted', depthSize: 'medium' },
    fc.constantFrom(...literals, ...names, ...names, 'x'),
    fc
      .tuple(tie('expression'), fc.constantFrom(...operators), tie('expression'))
      .map((parts) => `(${parts.join(' ')})`),
    fc
      .tuple(fc.constantFrom(...calls), tie('expression'), tie('expression'), tie('expression'))
      .map(([form, ...parts]) => {
        let at = 0
        return form.replaceAll(/(?<!\w)_(?!\w)/g, () => parts[at++] ?? 'null')
      }),
  ),
})).expression

/** The value, or that a number is beyond its bits. */
function outcome(evaluate: () => unknown): unknown {
  try {
    return evaluate()
  } catch (error) {
    if (error instanceof Overflow || (error instanceof ValueError && error.errorClass === 'overflow'))
      return '!overflow'
    throw error
  }
}

it('a compiled expression gives what a plain interpreter of its tree gives, nulls included', () => {
  let accepted = 0
  fc.assert(
    fc.property(expressions, fc.array(rows, { minLength: 3, maxLength: 3 }), (text, held) => {
      const result = compileExpression(source(text), scope())
      if (result.kind === 'refused') return
      accepted += 1
      for (const row of held) {
        const frame = names.map((name) => row[name])
        expect(outcome(() => result.typed.evaluate([...frame]))).toEqual(outcome(() => interpret(text, row as never)))
      }
    }),
    { numRuns: 4000 },
  )
  expect(accepted).toBeGreaterThan(300)
})
