import { describe, expect, it } from 'vitest'
import type { Frame, Scope } from '../../../../src/core/expression/types/scope.ts'
import type { ValueType } from '../../../../src/core/values/type.ts'
import { ValueError } from '../../../../src/core/values/value-error.ts'
import { compiled, updateScope } from '../scopes.ts'

const types: Readonly<Record<string, ValueType>> = {
  flags: { kind: 'bytes' },
  ident: { kind: 'uuid' },
  local: { kind: 'localdatetime' },
  exact: { kind: 'bigdecimal' },
  clock: { kind: 'time' },
  share: { kind: 'double' },
}
const names = Object.keys(types)
const frame: Frame = [
  Buffer.from([0x05, 0x01]),
  '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
  1769853600000000n,
  { unscaled: 1500n, scale: 3 },
  52_200_000_001_000n,
  1e-7,
]

/** For values that no literal can be: each name stands for one of its type. */
function scope(): Scope {
  const bindings = Object.entries(types).map(([name, type], slot) => [name, { slot, type, nullable: false }] as const)
  return { ...updateScope(), bindings: new Map(bindings) }
}

function outcome(text: string, at: Frame = frame): unknown {
  try {
    return compiled(text, scope()).evaluate(at)
  } catch (error) {
    if (error instanceof ValueError) return `!${error.errorClass}`
    throw error
  }
}

describe('functions and operators of values that are no literals', () => {
  it.each([
    ['bits(flags)', 0x0105n],
    ['string(ident)', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
    ["ident == '6BA7B810-9DAD-11D1-80B4-00C04FD430C8'", true],
    ["ident in ['6ba7b810-9dad-11d1-80b4-00c04fd430c9']", false],
    ['string(utc(local))', '2026-01-31T10:00:00.000000Z'],
    ["string(zoned(local, 'Europe/Berlin'))", '2026-01-31T09:00:00.000000Z'],
    ['string(date(local))', '2026-01-31'],
    ['string(local)', '2026-01-31T10:00:00.000000'],
    ['decimal(exact, 5, 2)', 150n],
    ['decimal(exact, 5, 0)', '!overflow'],
    ['string(exact)', '1.500'],
    ['exact == 1.5', true],
    ["exact > 1 && exact < decimal('1.51')", true],
    ['nullIf(exact, 1.5)', null],
    ['string(clock)', '14:30:00.000001'],
    ['decimal(share, 10, 7)', 1n],
    ['round(share, 3)', 0],
  ])('%s is %s', (text, value) => {
    expect(outcome(text)).toBe(value)
  })

  it('bits of 64 are class overflow', () => {
    const set = frame.with(names.indexOf('flags'), Buffer.alloc(8, 0xff))
    expect(outcome('bits(flags)', set)).toBe('!overflow')
    expect(outcome('bits(flags)', frame.with(0, Buffer.alloc(0)))).toBe(0n)
  })

  it('a numeric without scale is not calculated with, but by decimal()', () => {
    expect(() => compiled('exact + 1', scope())).toThrow("FW2201 '+' does not take bigdecimal and int")
    expect(outcome('decimal(exact, 10, 3) + 1')).toBe(2500n)
  })
})
