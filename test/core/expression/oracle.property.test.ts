import { Environment } from '@marcbachmann/cel-js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Scope } from '../../../src/core/expression/types/scope.ts'
import type { ValueType } from '../../../src/core/values/type.ts'
import { ValueError } from '../../../src/core/values/value-error.ts'
import { compileExpression } from '../../../src/core/expression/compile.ts'
import { compiled, source, updateScope } from './scopes.ts'
import { runs } from '../../runs.ts'

const bool: ValueType = { kind: 'bool' }
const int: ValueType = { kind: 'int' }
const string: ValueType = { kind: 'string' }
const variables: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ['i', int],
  ['j', int],
  ['s', string],
  ['t', string],
  ['p', bool],
  ['q', bool],
  ['is', { kind: 'list', element: { type: int, nullable: false } }],
  ['ss', { kind: 'list', element: { type: string, nullable: false } }],
])

function scope(): Scope {
  let slots = variables.size
  return {
    ...updateScope(),
    bindings: new Map([...variables].map(([name, type], slot) => [name, { slot, type, nullable: false }])),
    takeSlot: () => slots++,
  }
}

const oracle = new Environment()
for (const [name, type] of variables) {
  const celType = type.kind === 'list' ? `list<${type.element.type.kind}>` : type.kind
  oracle.registerVariable(name, celType)
}

const texts = fc.constantFrom('', 'a', 'b', 'Ann', 'é', '💡', ' a ')
const ints = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer())
const frames = fc.tuple(
  ints,
  ints,
  texts,
  texts,
  fc.boolean(),
  fc.boolean(),
  fc.array(ints, { maxLength: 4 }),
  fc.array(texts, { maxLength: 4 }),
)

/** Expressions of the subset on which both languages are total: no null, no decimal, no division by what may be zero. */
const { truth } = fc.letrec<{ truth: string; number: string; text: string; numbers: string; strings: string }>(
  (tie) => {
    const depth = { maxDepth: 4, depthIdentifier: 'oracle' } as const
    const infix = (
      of: 'truth' | 'number' | 'text' | 'numbers',
      ...operators: readonly string[]
    ): fc.Arbitrary<string> =>
      fc.tuple(tie(of), fc.constantFrom(...operators), tie(of)).map(([a, operator, b]) => `(${a} ${operator} ${b})`)
    const choice = (of: 'truth' | 'number' | 'text' | 'numbers' | 'strings'): fc.Arbitrary<string> =>
      fc.tuple(tie('truth'), tie(of), tie(of)).map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`)
    return {
      truth: fc.oneof(
        depth,
        fc.constantFrom('true', 'false', 'p', 'q'),
        infix('truth', '&&', '||', '==', '!='),
        infix('number', '==', '!=', '<', '<=', '>', '>='),
        infix('text', '==', '!='),
        tie('truth').map((x) => `!${x}`),
        fc
          .tuple(tie('number'), tie('numbers'))
          .map(([x, list]) => `${x} in ${list}`)
          .map((x) => `(${x})`),
        fc.tuple(tie('text'), tie('strings')).map(([x, list]) => `(${x} in ${list})`),
        fc
          .tuple(tie('text'), fc.constantFrom('startsWith', 'endsWith', 'contains'), tie('text'))
          .map(([x, method, y]) => `${x}.${method}(${y})`),
        fc.tuple(tie('numbers'), tie('number')).map(([list, x]) => `${list}.exists_one(i, i <= ${x})`),
        fc
          .tuple(tie('numbers'), fc.constantFrom('exists', 'all'), tie('number'))
          .map(([list, macro, x]) => `${list}.${macro}(i, i <= ${x})`),
        choice('truth'),
      ),
      number: fc.oneof(
        depth,
        fc.constantFrom('i', 'j', '0', '1', '-1', '7', '2147483647', '-2147483648'),
        infix('number', '+', '-', '*'),
        fc
          .tuple(tie('number'), fc.constantFrom('/', '%'), fc.constantFrom('2', '-3', '7'))
          .map((x) => `(${x.join(' ')})`),
        tie('number').map((x) => `(-${x})`),
        tie('strings').map((x) => `size(${x})`),
        tie('text').map((x) => `size(${x})`),
        choice('number'),
      ),
      text: fc.oneof(depth, fc.constantFrom('s', 't', "''", "'a'", "'é💡'"), infix('text', '+'), choice('text')),
      numbers: fc.oneof(
        depth,
        fc.constantFrom('is', '[1]', '[1, 2, -3]'),
        fc.tuple(tie('number'), tie('number')).map(([a, b]) => `[${a}, ${b}]`),
        fc.tuple(tie('numbers'), tie('number')).map(([list, x]) => `${list}.map(j, j + ${x})`),
        fc.tuple(tie('numbers'), tie('truth')).map(([list, x]) => `${list}.filter(i, i != 0 && ${x})`),
        choice('numbers'),
      ),
      strings: fc.oneof(
        depth,
        fc.constantFrom('ss', "['a', 'b']"),
        fc.tuple(tie('text'), tie('text')).map(([a, b]) => `[${a}, ${b}]`),
        fc.tuple(tie('strings'), tie('text')).map(([list, x]) => `${list}.map(s, s + ${x})`),
        choice('strings'),
      ),
    }
  },
)

const inOracle = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOracle)
  return typeof value === 'number' ? BigInt(value) : value
}

describe('the evaluator of the CEL library', () => {
  it('gives the same, but for numbers beyond 32 bits, which are class overflow here', () => {
    fc.assert(
      fc.property(truth, frames, (text, frame) => {
        const result = compileExpression(source(text), scope())
        // Constants of more than 32 bits are refused before anything runs.
        if (result.kind === 'refused' && result.problems.every(({ code }) => code === 'FW2217')) return
        const { evaluate } = compiled(text, scope())
        const context = Object.fromEntries([...variables.keys()].map((name, at) => [name, inOracle(frame[at])]))
        let ours: unknown
        try {
          ours = evaluate([...frame])
        } catch (error) {
          if (error instanceof ValueError && error.errorClass === 'overflow') return
          throw error
        }
        expect(ours).toBe(oracle.evaluate(text, context))
      }),
      { numRuns: runs(500) },
    )
  })
})
