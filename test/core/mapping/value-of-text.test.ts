import { describe, expect, it } from 'vitest'
import { valueOfText } from '../../../src/core/mapping/file/value-of-text.ts'
import type { ValueType } from '../../../src/core/values/type.ts'
import { NEGATIVE_INFINITY, NOT_A_NUMBER, POSITIVE_INFINITY, type Value } from '../../../src/core/values/value.ts'

const decimal: ValueType = { kind: 'decimal', precision: 5, scale: 2 }
const status: ValueType = { kind: 'enum', values: ['NEW', 'PAID'] }

describe('a constant', () => {
  it.each<[text: string, type: ValueType, value: Value]>([
    ['true', { kind: 'bool' }, true],
    ['-2147483648', { kind: 'int' }, -2_147_483_648],
    ['9223372036854775807', { kind: 'long' }, 9_223_372_036_854_775_807n],
    ['1.5e3', { kind: 'double' }, 1_500],
    ['NaN', { kind: 'float' }, NOT_A_NUMBER],
    ['12.5', decimal, 1_250n],
    ['-infinity', decimal, NEGATIVE_INFINITY],
    ['0.125', { kind: 'bigdecimal' }, { unscaled: 125n, scale: 3 }],
    ['N', { kind: 'string' }, 'N'],
    ['true', { kind: 'string' }, 'true'],
    ['PAID', status, 'PAID'],
    ['0aff', { kind: 'bytes' }, Buffer.from([0x0a, 0xff])],
    ['2024-02-29', { kind: 'date' }, 19_782],
    ['infinity', { kind: 'date' }, POSITIVE_INFINITY],
    ['10:00', { kind: 'time' }, 36_000_000_000_000n],
    ['1970-01-01 00:00:01.5', { kind: 'localdatetime' }, 1_500_000n],
    ['1970-01-01T01:00:00+01:00', { kind: 'timestamp' }, 0n],
  ])('%s is a value of its type', (text, type, value) => {
    expect(valueOfText(text, type)).toEqual(value)
  })

  it.each<[text: string, type: ValueType]>([
    ['yes', { kind: 'bool' }],
    ['2147483648', { kind: 'int' }],
    ['1.0', { kind: 'int' }],
    ['007', { kind: 'int' }],
    ['00.50', decimal],
    ['9223372036854775808', { kind: 'long' }],
    ['0x10', { kind: 'double' }],
    ['', { kind: 'double' }],
    ['12.505', decimal],
    ['1000', decimal],
    ['LOST', status],
    ['abc', { kind: 'bytes' }],
    ['2026-02-29', { kind: 'date' }],
    ['20260131', { kind: 'date' }],
    ['24:01', { kind: 'time' }],
    ['2026-01-31T10:00:00Z', { kind: 'localdatetime' }],
    ['2026-01-31T10:00:00', { kind: 'timestamp' }],
    ['infinity', { kind: 'int' }],
    ['{}', { kind: 'geometry' }],
  ])('%s is none of another type', (text, type) => {
    expect(valueOfText(text, type)).toBeUndefined()
  })
})
