import { describe, expect, it } from 'vitest'
import { formatDecimal } from '../../../../src/core/capture/decode/decimal-codecs.ts'
import { functions } from '../../../../src/core/expression/functions/index.ts'
import type { Typed } from '../../../../src/core/expression/typed.ts'
import { ValueError } from '../../../../src/core/values/value-error.ts'
import { compiled } from '../scopes.ts'

/** The result as JSON text, decimals as texts; an error class as `!class`. */
function outcome(typed: Typed): string {
  try {
    const value = typed.evaluate([])
    if (typed.type.kind === 'decimal' && typeof value === 'bigint') {
      return JSON.stringify(formatDecimal({ unscaled: value, scale: typed.type.scale }))
    }
    return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
  } catch (error) {
    if (error instanceof ValueError) return `!${error.errorClass}`
    throw error
  }
}

describe.each([...functions.values()])('$name', ({ summary, parameters, examples }) => {
  it('says in one sentence what it gives', () => {
    expect(summary).toMatch(/^[A-Zd].{10,160}\.$/)
  })

  it('names its parameters', () => {
    expect(parameters.every(({ name }) => /^[a-z]+$/.test(name))).toBe(true)
  })

  it.each(examples)('%s gives %s', (expression, expected) => {
    expect(outcome(compiled(expression))).toBe(expected)
  })
})
