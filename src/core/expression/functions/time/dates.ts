/** Functions of dates and times. Nothing here knows what time it is, or where the machine stands. */
import { type CivilDate, daysOf, isDate } from '../../../values/calendar.ts'
import { ValueError } from '../../../values/value-error.ts'
import {
  asInt,
  asLong,
  asText,
  constantText,
  type FunctionDeclaration,
  refused,
  resolved,
  simple,
  whole,
} from '../declaration.ts'
import { checkInt, checkLong } from '../../types/numbers.ts'
import { timeZone } from './time-zone.ts'

const microsOfDay = 86_400_000_000n

export const timeFunctions: readonly FunctionDeclaration[] = [
  simple({
    name: 'ymd',
    summary: 'A date from a number such as 20260131; class badDate for a day that does not exist.',
    parameters: [whole()],
    examples: [
      ['string(ymd(20260131))', '"2026-01-31"'],
      ['ymd(20260231)', '!badDate'],
    ],
    failure: 'possible',
    result: { kind: 'date' },
    apply: (x) => {
      const days = daysOfYmd(asInt(x))
      if (days === null) throw new ValueError('badDate', 'there is no such day')
      return days
    },
  }),
  {
    name: 'ymdOrNull',
    summary: 'A date from a number such as 20260131; null for 0, 99999999 and every day that does not exist.',
    parameters: [whole()],
    examples: [
      ['string(ymdOrNull(20260131))', '"2026-01-31"'],
      ['ymdOrNull(0)', 'null'],
      ['ymdOrNull(99999999)', 'null'],
    ],
    gives: 'date, or null',
    failure: 'never',
    resolve: () =>
      resolved({ kind: 'date' }, (x) => (x == null ? null : daysOfYmd(asInt(x))), {
        nulls: 'accept',
        nullable: true,
        whyNull: 'ymdOrNull gives null for a day that does not exist',
      }),
  },
  simple({
    name: 'hm',
    summary: 'A time of day from a number such as 1430; class badDate for a time that does not exist.',
    parameters: [whole()],
    examples: [
      ['string(hm(1430))', '"14:30:00"'],
      ['hm(2460)', '!badDate'],
    ],
    failure: 'possible',
    result: { kind: 'time' },
    apply: (x) => {
      const [hours, minutes] = [Math.floor(asInt(x) / 100), asInt(x) % 100]
      if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        throw new ValueError('badDate', 'there is no such time')
      return BigInt(hours * 60 + minutes) * 60_000_000_000n
    },
  }),
  simple({
    name: 'date',
    summary: 'A date from text of the form 2026-01-31, or the day of a local time.',
    parameters: [{ name: 'x', kinds: ['string', 'localdatetime', 'date'] }],
    examples: [
      ["string(date('2026-01-31'))", '"2026-01-31"'],
      ["date('2026-02-31')", '!badDate'],
    ],
    failure: 'possible',
    result: { kind: 'date' },
    apply: (x) => {
      if (typeof x === 'bigint') return Number(floorDivide(x, microsOfDay))
      if (typeof x === 'number') return x
      return daysOfText(asText(x))
    },
  }),
  {
    name: 'zoned',
    summary:
      'The instant of a local time in a constant time zone. In a gap the later offset is taken, in an overlap the first.',
    parameters: [{ name: 'x', kinds: ['localdatetime'] }, constantText('zone')],
    examples: [],
    gives: 'timestamp',
    failure: 'never',
    resolve: ([, zone]) => {
      const name = asText(zone?.constant)
      const known = timeZone(name)
      if (known === null) return refused('FW2207', 1, `there is no time zone '${name}'`)
      return resolved({ kind: 'timestamp' }, (x) => known.instantOf(asLong(x)))
    },
  },
  simple({
    name: 'utc',
    summary: 'The instant of a local time that is known to be UTC.',
    parameters: [{ name: 'x', kinds: ['localdatetime'] }],
    examples: [],
    failure: 'never',
    result: { kind: 'timestamp' },
    apply: (x) => asLong(x),
  }),
  simple({
    name: 'epochMillis',
    summary: 'The instant that many milliseconds after 1970-01-01T00:00:00Z.',
    parameters: [whole()],
    examples: [
      ['string(epochMillis(0))', '"1970-01-01T00:00:00.000000Z"'],
      ['epochMillis(9223372036854775807)', '!overflow'],
    ],
    failure: 'possible',
    result: { kind: 'timestamp' },
    apply: (x) => checkLong(asLong(x) * 1000n),
  }),
  simple({
    name: 'addDays',
    summary: 'The date that many days later, or earlier for a negative number.',
    parameters: [{ name: 'x', kinds: ['date'] }, whole('days')],
    examples: [
      ["string(addDays(date('2026-02-28'), 1))", '"2026-03-01"'],
      ["addDays(date('2026-02-28'), 3000000000)", '!overflow'],
    ],
    failure: 'possible',
    result: { kind: 'date' },
    apply: (x, days) => checkInt(asInt(x) + asInt(days)),
  }),
]

function daysOfYmd(value: number): number | null {
  const parts: CivilDate = { year: Math.floor(value / 10_000), month: Math.floor(value / 100) % 100, day: value % 100 }
  return parts.year >= 1 && parts.year <= 9999 && isDate(parts) ? daysOf(parts) : null
}

function daysOfText(text: string): number {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim()) ?? []
  const parts = { year: Number(year), month: Number(month), day: Number(day) }
  if (day === undefined || !isDate(parts)) throw new ValueError('badDate', 'the text is not a date')
  return daysOf(parts)
}

/** Of a bigint towards minus infinity, so that times before 1970 fall on their day. */
export function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  return value % divisor < 0n ? quotient - 1n : quotient
}
