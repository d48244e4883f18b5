/** Functions of dates, times of day and the local times that they make. Nothing here knows what time it is, or where the machine stands. */
import { type CivilDate, dateOf as civilDate, daysOf, floorDivide, isDate } from '../../../values/calendar.ts'
import type { Value } from '../../../values/value.ts'
import { ValueError } from '../../../values/value-error.ts'
import {
  type Argument,
  asInt,
  asLong,
  asText,
  constantText,
  type FunctionDeclaration,
  refused,
  type Resolution,
  resolved,
  simple,
  whole,
} from '../declaration.ts'
import { checkInt, checkLong } from '../../types/numbers.ts'
import { textPattern } from './patterns.ts'

const microsOfDay = 86_400_000_000n
const nsPerMicro = 1000n

export const dateFunctions: readonly FunctionDeclaration[] = [
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
  {
    name: 'date',
    summary: 'A date from text of the form 2026-01-31, or of that of a constant pattern; or the day of a local time.',
    parameters: [
      { name: 'x', kinds: ['string', 'localdatetime', 'date'] },
      { ...constantText('pattern'), presence: 'optional' },
    ],
    examples: [
      ["string(date('2026-01-31'))", '"2026-01-31"'],
      ["date('2026-02-31')", '!badDate'],
      ["string(date('31.1.2026', 'd.M.yyyy'))", '"2026-01-31"'],
    ],
    gives: 'date',
    failure: 'possible',
    resolve: ([x, pattern]) => (pattern === undefined ? dateOf(x) : dateBy(x, asText(pattern.constant))),
  },
  {
    name: 'dateTime',
    summary: 'A local time from a date and a time of day, or from text of the form of a constant pattern.',
    parameters: [
      { name: 'x', kinds: ['date', 'string'] },
      { name: 'y', kinds: ['time', 'string'] },
    ],
    examples: [
      ['string(dateTime(ymd(20260131), hm(1430)))', '"2026-01-31T14:30:00.000000"'],
      ["string(dateTime('31.01.2026 14:30', 'dd.MM.yyyy HH:mm'))", '"2026-01-31T14:30:00.000000"'],
      ["dateTime('31.02.2026 14:30', 'dd.MM.yyyy HH:mm')", '!badDate'],
    ],
    gives: 'localdatetime',
    failure: 'possible',
    resolve: ([x, y]) => dateTime(x, y),
  },
  simple({
    name: 'time',
    summary: 'The time of day of a local time.',
    parameters: [{ name: 'x', kinds: ['localdatetime'] }],
    examples: [['string(time(dateTime(ymd(20260131), hm(1430))))', '"14:30:00"']],
    failure: 'never',
    result: { kind: 'time' },
    apply: (x) => (asLong(x) - floorDivide(asLong(x), microsOfDay) * microsOfDay) * nsPerMicro,
  }),
  dayPart('year', '2026'),
  dayPart('month', '1'),
  dayPart('day', '31'),
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

function dateOf(x: Argument | undefined): Resolution {
  const type = { kind: 'date' } as const
  if (x?.type.kind === 'localdatetime') return resolved(type, dayOf)
  return resolved(type, x?.type.kind === 'date' ? (value) => value ?? null : (value) => daysOfText(asText(value)))
}

function dateBy(x: Argument | undefined, pattern: string): Resolution {
  const read = textPattern(pattern, ['year', 'month', 'day'])
  if (typeof read === 'string') return refused('FW2207', 1, read)
  if (x?.type.kind !== 'string') return refused('FW2202', 0, 'takes a text with a pattern')
  return resolved({ kind: 'date' }, (value) => read.daysOf(asText(value)))
}

function dateTime(x: Argument | undefined, y: Argument | undefined): Resolution {
  const type = { kind: 'localdatetime' } as const
  if (x?.type.kind === 'date' && y?.type.kind === 'time') {
    return resolved(type, (day, time) => checkLong(BigInt(asInt(day)) * microsOfDay + asLong(time) / nsPerMicro))
  }
  if (x?.type.kind !== 'string' || typeof y?.constant !== 'string') {
    return refused('FW2202', 1, 'takes a date and a time, or a text and a constant pattern')
  }
  const read = textPattern(y.constant, ['year', 'month', 'day', 'hour'])
  if (typeof read === 'string') return refused('FW2207', 1, read)
  return resolved(type, (value) => read.localUsOf(asText(value)))
}

function dayPart(part: keyof CivilDate, example: string): FunctionDeclaration {
  return simple({
    name: part,
    summary: `The ${part} of a date or a local time, as a number${part === 'year' ? '; 0 is 1 BC' : ' from 1'}.`,
    parameters: [{ name: 'x', kinds: ['date', 'localdatetime'] }],
    examples: [[`${part}(ymd(20260131))`, example]],
    failure: 'never',
    result: { kind: 'int' },
    apply: (x) => civilDate(typeof x === 'bigint' ? dayOf(x) : asInt(x))[part],
  })
}

const dayOf = (local: Value | undefined): number => Number(floorDivide(asLong(local), microsOfDay))
