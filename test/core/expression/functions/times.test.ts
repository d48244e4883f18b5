/** Dates, local times and instants: how one becomes the other. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeZone } from '../../../../src/core/expression/functions/time/time-zone.ts'
import type { Frame, Scope } from '../../../../src/core/expression/types/scope.ts'
import type { SimpleKind } from '../../../../src/core/values/type.ts'
import { parseInstant } from '../../../../src/core/values/instant-text.ts'
import { NEGATIVE_INFINITY } from '../../../../src/core/values/value.ts'
import { ValueError } from '../../../../src/core/values/value-error.ts'
import { compiled, updateScope } from '../scopes.ts'

const at = (text: string): bigint => parseInstant(text) ?? 0n
const values: Readonly<Record<string, readonly [SimpleKind, Frame[number]]>> = {
  moment: ['timestamp', at('2026-03-29T00:30:00.5Z')],
  endless: ['timestamp', NEGATIVE_INFINITY],
  latest: ['timestamp', 9_223_372_036_854_775_807n],
  wall: ['localdatetime', at('1969-12-31T23:30:00.25Z')],
  day: ['date', -1],
  far: ['date', 2_147_483_647],
}

function scope(): Scope {
  const bindings = Object.entries(values).map(
    ([name, [kind]], slot) => [name, { slot, type: { kind }, nullable: false }] as const,
  )
  return { ...updateScope(), bindings: new Map(bindings) }
}

function outcome(text: string): unknown {
  try {
    return compiled(text, scope()).evaluate(Object.values(values).map(([, value]) => value))
  } catch (error) {
    if (error instanceof ValueError) return `!${error.errorClass}`
    throw error
  }
}

describe('times', () => {
  it.each([
    ["string(local(moment, 'Europe/Berlin'))", '2026-03-29T01:30:00.500000'],
    ["string(time(local(moment, 'America/New_York')))", '20:30:00.500000'],
    ["string(date(local(moment, 'America/New_York')))", '2026-03-28'],
    ["local(endless, 'UTC')", '!badDate'],
    ["local(latest, 'Europe/Berlin')", '!overflow'],
    ['string(time(wall))', '23:30:00.250000'],
    ['year(wall)', 1969],
    ['month(wall)', 12],
    ['day(day)', 31],
    ['toEpochSeconds(moment)', 1774744200n],
    ['toEpochMillis(moment)', 1774744200500n],
    ['secondsBetween(moment, epochSeconds(1774744199))', -1n],
    ['daysBetween(day, far)', '!overflow'],
    ['daysBetween(day, date("1970-01-02"))', 2],
    ['string(dateTime(day, hm(1430)))', '1969-12-31T14:30:00.000000'],
    ["string(date('31-1-2026 ', 'd-M-yyyy'))", '2026-01-31'],
    ["string(dateTime('20260131T0102', \"yyyyMMdd'T'HHmm\"))", '2026-01-31T01:02:00.000000'],
  ])('%s is %s', (text, value) => {
    expect(outcome(text)).toBe(value)
  })

  it.each([
    ["date('x', 'dd.MM.yy')", "FW2207 date(): 'yy' is none of yyyy MM M dd d HH H mm ss"],
    ["date('x', 'dd.yyyy')", 'FW2207 date(): the pattern has no month'],
    ["date('x', 'dd.dd.MM.yyyy')", 'FW2207 date(): the pattern has a part twice'],
    ["date('x', 'dd.MM.yyyy HH')", 'FW2207 date(): a date has no time of day'],
    ["dateTime('x', 'dd.MM.yyyy')", 'FW2207 dateTime(): the pattern has no hour'],
    ["date('01x02y2026', 'dd.MM.yyyy')", 'FW2217'],
    ["dateTime(day, 'dd')", 'FW2202 dateTime(): takes a date and a time, or a text and a constant pattern'],
    ["date(wall, 'dd.MM.yyyy')", 'FW2202 date(): takes a text with a pattern'],
    ["local(moment, 'Mars')", "FW2207 local(): there is no time zone 'Mars'"],
    ['year(moment)', 'FW2202 year(): x takes date, localdatetime, got timestamp'],
    ['secondsBetween(moment, wall)', 'FW2202 secondsBetween(): cannot compare timestamp with localdatetime'],
  ])('%s is refused', (text, message) => {
    expect(() => compiled(text, scope())).toThrow(message)
  })
})

it('a local time is of the instant it came from, but in the hour that comes twice', () => {
  const zone = timeZone('Europe/Berlin')
  const instants = fc.bigInt({ min: at('1900-01-01T00:00:00Z'), max: at('2100-01-01T00:00:00Z') })
  fc.assert(
    fc.property(instants, (instant) => {
      const back = zone === null ? 0n : zone.instantOf(zone.localOf(instant))
      // The first of the two is taken, which is up to three hours earlier.
      expect(back <= instant && instant - back <= 10_800_000_000n).toBe(true)
      if (zone !== null) expect(zone.localOf(back)).toBe(zone.localOf(instant))
    }),
  )
})
