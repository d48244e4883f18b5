import { describe, expect, it } from 'vitest'
import { formatDecimal } from '../../../../src/core/values/decimal-text.ts'
import { describedFunctions } from '../../../../src/core/expression/functions/described.ts'
import { functions } from '../../../../src/core/expression/functions/index.ts'
import { compileExpression } from '../../../../src/core/expression/compile.ts'
import { source, updateScope } from '../scopes.ts'

/** The result as JSON text, decimals as texts; the error class of constants that always fail as `!class`. */
function outcome(expression: string): string {
  const result = compileExpression(source(expression), updateScope())
  if (result.kind === 'refused') {
    const [{ code, message } = { code: '', message: '' }] = result.problems
    return code === 'FW2217' ? `!${/\((\w+)\)$/.exec(message)?.[1]}` : message
  }
  const { type, evaluate } = result.typed
  const value = evaluate([])
  if (type.kind === 'decimal' && typeof value === 'bigint') {
    return JSON.stringify(formatDecimal({ unscaled: value, scale: type.scale }))
  }
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}

/** No literal is of bytes, and `changed` is of rows. */
const withoutExample = ['bits', 'changed']

describe.each(describedFunctions)('$name', ({ name, signature, summary, examples }) => {
  it('says in one sentence what it gives', () => {
    expect(summary).toMatch(/^[A-Zd].{10,160}\.$/)
    expect(signature).toMatch(/^[\w.]+\(.+\) → [^.]+$/)
  })

  it('has an example', () => {
    expect(examples.length > 0).toBe(!withoutExample.includes(name))
  })

  it.each(examples)('%s gives %s', (expression, expected) => {
    expect(outcome(expression)).toBe(expected)
  })
})

it('names of parameters are one word of small letters', () => {
  const parameters = [...functions.values()].flatMap((one) => one.parameters)
  expect(parameters.filter(({ name }) => !/^[a-z]+$/.test(name))).toEqual([])
})
