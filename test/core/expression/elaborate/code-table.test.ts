import { describe, expect, it } from 'vitest'
import type { CodeTable, Scope } from '../../../../src/core/expression/types/scope.ts'
import { frameOf, outcome } from '../rows.ts'
import { compiled, updateScope } from '../scopes.ts'

const withCodes = (codes: Readonly<Record<string, string>>, unknown: CodeTable['unknown']): Scope => ({
  ...updateScope(),
  codes: new Map([['word', { name: 'word', values: new Map(Object.entries(codes)), unknown }]]),
})
const error: CodeTable['unknown'] = { kind: 'error' }

describe('a code table', () => {
  it('is called with the code, and gives its word', () => {
    expect(outcome('letter(before.status)')).toBe('!unknownCode')
    expect(outcome("letter('N')")).toBe('NEW')
    expect(outcome('payMethod(1)')).toBe('CARD')
  })

  it('says what an unknown code becomes', () => {
    expect(outcome('payMethod(after.qty)')).toBe('OTHER')
    const typed = compiled('word(after.qty)', withCodes({ 1: 'CARD' }, { kind: 'null' }))
    expect([typed.nullable, typed.whyNull]).toEqual([true, 'word gives null for an unknown code'])
  })

  it('gives null for null', () => {
    expect(outcome('payMethod(before.spare)')).toBeNull()
  })

  it('compares a blank-padded code without its padding, and any other as it is', () => {
    const scope = withCodes({ 'A ': 'PADDED' }, { kind: 'value', value: 'NONE' })
    const row = { sku: 'A     ', email: 'A', 'odd name': 'A ' }
    expect(compiled('word(after.sku)', scope).evaluate(frameOf([row, row]))).toBe('PADDED')
    expect(compiled("word(after['odd name'])", scope).evaluate(frameOf([row, row]))).toBe('PADDED')
    expect(compiled('word(after.email)', scope).evaluate(frameOf([row, row]))).toBe('NONE')
  })

  it('has the type of its words, so that a contract can be checked against them', () => {
    expect(compiled('word(after.status)', withCodes({ N: 'NEW', X: 'OFF', Y: 'OFF' }, error)).type).toEqual({
      kind: 'enum',
      values: ['NEW', 'OFF'],
    })
    expect(compiled('payMethod(after.qty)').type).toEqual({ kind: 'enum', values: ['CARD', 'OTHER'] })
  })

  it.each([
    ['01', 'int'],
    ['N', 'int'],
    ['1.5', 'int'],
  ])('with the code %j is refused for an %s, which never has it', (code) => {
    expect(() => compiled('word(after.qty)', withCodes({ [code]: 'X' }, error))).toThrow(
      `FW2202 word(): int is never the code '${code}'`,
    )
  })
})
