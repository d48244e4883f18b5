/** Functions of instants and local times: how one becomes the other, how far apart two are. */
import { floorDivide } from '../../../values/calendar.ts'
import { operandHint } from '../../elaborate/operand-problems.ts'
import { checkInt, checkLong } from '../../types/numbers.ts'
import {
  asInt,
  asLong,
  asText,
  constantText,
  type FunctionDeclaration,
  type Parameter,
  refused,
  resolved,
  simple,
  whole,
} from '../declaration.ts'
import { timeZone } from './time-zone.ts'

const usPerMs = 1000n
const usPerSecond = 1_000_000n

const instant: Parameter = { name: 'x', kinds: ['timestamp'] }
const local: Parameter = { name: 'x', kinds: ['localdatetime'] }
const moment = (name: string): Parameter => ({ name, kinds: ['timestamp', 'localdatetime'] })

export const instantFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'zoned',
    summary:
      'The instant of a local time in a constant time zone. In a gap the later offset is taken, in an overlap the first.',
    parameters: [local, constantText('zone')],
    examples: [
      [
        "string(zoned(dateTime('2026-07-01 10:00', 'yyyy-MM-dd HH:mm'), 'Europe/Berlin'))",
        '"2026-07-01T08:00:00.000000Z"',
      ],
    ],
    gives: 'timestamp',
    failure: 'never',
    resolve: ([, zone]) => inZone(asText(zone?.constant), 'timestamp', ({ instantOf }) => instantOf),
  },
  {
    name: 'local',
    summary: 'The local time of an instant in a constant time zone: date(local(x, zone)) is the day there.',
    parameters: [instant, constantText('zone')],
    examples: [
      ["string(local(epochSeconds(1782892800), 'Europe/Berlin'))", '"2026-07-01T10:00:00.000000"'],
      ["string(date(local(epochSeconds(1767223800), 'Asia/Tokyo')))", '"2026-01-01"'],
    ],
    gives: 'localdatetime',
    failure: 'possible',
    resolve: ([, zone]) =>
      inZone(
        asText(zone?.constant),
        'localdatetime',
        ({ localOf }) =>
          (us) =>
            checkLong(localOf(us)),
      ),
  },
  simple({
    name: 'utc',
    summary: 'The instant of a local time that is known to be UTC.',
    parameters: [local],
    examples: [["string(utc(dateTime('2026-07-01 10:00', 'yyyy-MM-dd HH:mm')))", '"2026-07-01T10:00:00.000000Z"']],
    failure: 'never',
    result: { kind: 'timestamp' },
    apply: (x) => asLong(x),
  }),
  epoch('epochMillis', { unit: 'milliseconds', us: usPerMs }),
  epoch('epochSeconds', { unit: 'seconds', us: usPerSecond }),
  sinceEpoch('toEpochMillis', { unit: 'milliseconds', us: usPerMs }),
  sinceEpoch('toEpochSeconds', { unit: 'seconds', us: usPerSecond }),
  simple({
    name: 'daysBetween',
    summary: 'How many days the second date is after the first; negative where it is before it.',
    parameters: [
      { name: 'from', kinds: ['date'] },
      { name: 'to', kinds: ['date'] },
    ],
    examples: [
      ["daysBetween(date('2026-02-28'), date('2026-03-01'))", '1'],
      ["daysBetween(date('2026-03-01'), date('2024-02-28'))", '-732'],
    ],
    failure: 'possible',
    result: { kind: 'int' },
    apply: (from, to) => checkInt(asInt(to) - asInt(from)),
  }),
  {
    name: 'secondsBetween',
    summary: 'How many whole seconds the second instant, or local time, is after the first.',
    parameters: [moment('from'), moment('to')],
    examples: [
      ['secondsBetween(epochSeconds(10), epochSeconds(70))', '60'],
      ['secondsBetween(epochMillis(1999), epochMillis(0))', '-1'],
    ],
    gives: 'long',
    failure: 'never',
    resolve: ([from, to]) => {
      if (from?.type.kind !== to?.type.kind) {
        const hint = operandHint(['localdatetime', 'timestamp'], '')
        return refused('FW2202', 1, `cannot compare ${from?.type.kind} with ${to?.type.kind}`, hint)
      }
      return resolved({ kind: 'long' }, (a, b) => (asLong(b) - asLong(a)) / usPerSecond)
    },
  },
]

type Zone = NonNullable<ReturnType<typeof timeZone>>

function inZone(name: string, kind: 'timestamp' | 'localdatetime', convert: (zone: Zone) => (us: bigint) => bigint) {
  const known = timeZone(name)
  if (known === null) return refused('FW2207', 1, `there is no time zone '${name}'`)
  const apply = convert(known)
  return resolved({ kind }, (x) => apply(asLong(x)))
}

interface Unit {
  readonly unit: string
  readonly us: bigint
}

function epoch(name: string, { unit, us }: Unit): FunctionDeclaration {
  return simple({
    name,
    summary: `The instant that many ${unit} after 1970-01-01T00:00:00Z.`,
    parameters: [whole()],
    examples: [
      [`string(${name}(0))`, '"1970-01-01T00:00:00.000000Z"'],
      [`${name}(9223372036854775807)`, '!overflow'],
    ],
    failure: 'possible',
    result: { kind: 'timestamp' },
    apply: (x) => checkLong(asLong(x) * us),
  })
}

function sinceEpoch(name: string, { unit, us }: Unit): FunctionDeclaration {
  return simple({
    name,
    summary: `How many whole ${unit} the instant is after 1970-01-01T00:00:00Z; negative before it.`,
    parameters: [instant],
    examples: [[`${name}(epochMillis(-1500))`, us === usPerMs ? '-1500' : '-2']],
    failure: 'never',
    result: { kind: 'long' },
    apply: (x) => floorDivide(asLong(x), us),
  })
}
