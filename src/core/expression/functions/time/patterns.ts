/** Dates and local times in texts of a constant form, such as dd.MM.yyyy. */
import { daysOf, isDate } from '../../../values/calendar.ts'
import { ValueError } from '../../../values/value-error.ts'

interface Part {
  readonly unit: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'
  readonly form: string
}

const parts: ReadonlyMap<string, Part> = new Map<string, Part>([
  ['yyyy', { unit: 'year', form: '\\d{4}' }],
  ['MM', { unit: 'month', form: '\\d{2}' }],
  ['M', { unit: 'month', form: '\\d{1,2}' }],
  ['dd', { unit: 'day', form: '\\d{2}' }],
  ['d', { unit: 'day', form: '\\d{1,2}' }],
  ['HH', { unit: 'hour', form: '\\d{2}' }],
  ['H', { unit: 'hour', form: '\\d{1,2}' }],
  ['mm', { unit: 'minute', form: '\\d{2}' }],
  ['ss', { unit: 'second', form: '\\d{2}' }],
])

export interface TextPattern {
  /** Raise ValueError `badDate` for a text of another form, or a day or time that does not exist. */
  readonly daysOf: (text: string) => number
  readonly localUsOf: (text: string) => bigint
}

/** The pattern, or what is wrong with it. `needs`: what it must have once each; hours, minutes, seconds are 0 without. */
export function textPattern(pattern: string, needs: readonly Part['unit'][]): TextPattern | string {
  const units: Part['unit'][] = []
  let form = ''
  for (const [token] of pattern.matchAll(/'[^']*'|([A-Za-z])\1*|[^A-Za-z]/gu)) {
    const part = parts.get(token)
    if (part !== undefined) units.push(part.unit)
    else if (/^[A-Za-z]/.test(token)) return `'${token}' is none of ${[...parts.keys()].join(' ')}`
    form += part === undefined ? escaped(token.replaceAll(/^'|'$/g, '')) : `(${part.form})`
  }
  const missing = needs.find((unit) => !units.includes(unit))
  if (missing !== undefined) return `the pattern has no ${missing}`
  if (new Set(units).size < units.length) return 'the pattern has a part twice'
  if (needs.length < units.length && !needs.includes('hour')) return 'a date has no time of day'
  const expression = new RegExp(`^${form}$`, 'u')
  const read = (text: string): ReadonlyMap<Part['unit'], number> => {
    const [, ...found] = expression.exec(text.trim()) ?? []
    if (found.length === 0) throw new ValueError('badDate', 'the text is not of the form of the pattern')
    return new Map(units.map((unit, at) => [unit, Number(found[at])]))
  }
  return {
    daysOf: (text) => dayIn(read(text)),
    localUsOf: (text) => localUsIn(read(text)),
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

function dayIn(found: ReadonlyMap<Part['unit'], number>): number {
  const date = { year: found.get('year') ?? 0, month: found.get('month') ?? 0, day: found.get('day') ?? 0 }
  if (date.year < 1 || !isDate(date)) throw new ValueError('badDate', 'there is no such day')
  return daysOf(date)
}

function localUsIn(found: ReadonlyMap<Part['unit'], number>): bigint {
  const [hour, minute, second] = [found.get('hour') ?? 0, found.get('minute') ?? 0, found.get('second') ?? 0]
  if (hour > 23 || minute > 59 || second > 59) throw new ValueError('badDate', 'there is no such time')
  return BigInt(dayIn(found) * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000n
}
