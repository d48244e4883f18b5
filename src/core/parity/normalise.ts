/** Fields of an event in the one form in which two streams are compared. */
import type { Normalisation } from '../migration/file/migration-file.ts'
import { formatDecimal, parseDecimal } from '../values/decimal-text.ts'
import { formatInstant, parseInstant } from '../values/instant-text.ts'
import type { ComparedType } from './comparison.ts'

type Fields = Readonly<Record<string, unknown>>

export interface Normaliser {
  /** JSON; equal texts mean that nothing differs that counts. Keys are in their order, what is not compared is left out. */
  readonly textOf: (fields: Fields) => string
  /** What names the pair of an event among those of its aggregate and type; null: a field of `match` has no value. */
  readonly nameOf: (fields: Fields) => string | null
}

export function normaliser({
  match,
  compare,
  ignore,
  normalise,
}: Pick<ComparedType, 'match' | 'compare' | 'ignore' | 'normalise'>): Normaliser {
  const root = rulesOf(compare === null ? 'whole' : 'parts')
  for (const path of compare ?? []) include(root, path)
  for (const path of ignore) rulesAt(root, path).counts = 'nothing'
  for (const [path, words] of Object.entries(normalise)) {
    const rules = rulesAt(root, path)
    rules.forms = inOrder(words)
    rules.isAbsentWhenNull = words.includes('nullAsAbsent')
    rules.isSet = words.includes('set')
  }
  const names = match.map((path) => ({ steps: path.split('.'), forms: inOrder(normalise[path] ?? []) }))
  return { textOf: (fields) => JSON.stringify(recordOf(fields, root)), nameOf: (fields) => nameOf(fields, names) }
}

/** What is declared of a value, and of those within it. */
interface Rules {
  /** `parts`: only what is below it and is listed. */
  counts: 'whole' | 'parts' | 'nothing'
  isAbsentWhenNull: boolean
  isSet: boolean
  forms: readonly Form[]
  readonly below: Map<string, Rules>
}

const rulesOf = (counts: Rules['counts']): Rules => ({
  counts,
  isAbsentWhenNull: false,
  isSet: false,
  forms: [],
  below: new Map(),
})
const whole: Rules = rulesOf('whole')
const nothing: Rules = rulesOf('nothing')

function rulesAt(root: Rules, path: string): Rules {
  let rules = root
  for (const name of path.split('.')) rules = below(rules, name)
  return rules
}

function include(root: Rules, path: string): void {
  let rules = root
  for (const name of path.split('.')) {
    rules = below(rules, name)
    if (rules.counts === 'nothing') rules.counts = 'parts'
  }
  rules.counts = 'whole'
}

function below(rules: Rules, name: string): Rules {
  const known = rules.below.get(name)
  if (known !== undefined) return known
  const made = rulesOf(rules.counts === 'whole' ? 'whole' : 'nothing')
  rules.below.set(name, made)
  return made
}

function recordOf(fields: Fields, rules: Rules): Fields {
  const normal: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const name of Object.keys(fields).sort()) {
    const of = rules.below.get(name) ?? (rules.counts === 'whole' ? whole : nothing)
    const value = of.counts === 'nothing' ? undefined : valueOf(fields[name], of)
    if (value !== undefined) normal[name] = value
  }
  return normal
}

/** Undefined: not compared. */
function valueOf(value: unknown, rules: Rules): unknown {
  if (value === null) return rules.isAbsentWhenNull ? undefined : null
  if (value === undefined) return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  // Of infinities and NaN, for which JSON has no word.
  if (typeof value === 'symbol') return value.description
  if (Array.isArray(value)) return itemsOf(value, rules)
  if (typeof value === 'object') return recordOf(value as Fields, rules)
  return scalarIn(value, rules.forms)
}

/** Items of a list are what is declared of it, but for its own nulls and its order. */
function itemsOf(items: readonly unknown[], rules: Rules): readonly unknown[] {
  const normal = items.map((item) => (item === undefined ? null : (valueOf(item, rules) ?? null)))
  if (!rules.isSet) return normal
  const byText = new Map(normal.map((item) => [JSON.stringify(item), item]))
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
}

/** What is done to a value that is no list and no record. */
type Form = Exclude<Normalisation, 'nullAsAbsent' | 'set'>

/** A zone is written out when the rest has been cut. */
const order: readonly Form[] = ['seconds', 'milliseconds', 'zone', 'decimalScale', 'case']

const inOrder = (words: readonly Normalisation[]): readonly Form[] => order.filter((form) => words.includes(form))

function scalarIn(value: unknown, forms: readonly Form[]): unknown {
  const exact = typeof value === 'bigint' ? JSON.rawJSON(value.toString()) : value
  return forms.length === 0 ? exact : forms.reduce(inForm, exact)
}

/** A value that is not what the declaration takes it for stays as it is, and so differs from one that is. */
function inForm(value: unknown, form: Form): unknown {
  const written = typeof value === 'string' ? value : JSON.stringify(value)
  switch (form) {
    case 'decimalScale':
      return plainDecimal(written) ?? value
    case 'milliseconds':
      return cutTime(written, { digits: 3, ns: 1_000_000n }) ?? value
    case 'seconds':
      return cutTime(written, { digits: 0, ns: 1_000_000_000n }) ?? value
    case 'zone': {
      const us = parseInstant(written)
      return us === null ? value : formatInstant(us)
    }
    case 'case':
      return typeof value === 'string' ? value.toLowerCase() : value
  }
}

function plainDecimal(written: string): string | null {
  const decimal = parseDecimal(written.replace('e', 'E'))
  if (decimal === null) return null
  const text = formatDecimal(decimal)
  const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return plain === '-0' ? '0' : plain
}

const timeText = /^(.*T\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d(?::\d\d)?)?$/

/** What is finer does not count: of texts with their zone, and of a time of the day in nanoseconds. */
function cutTime(written: string, { digits, ns }: { readonly digits: number; readonly ns: bigint }): unknown {
  if (/^\d{1,14}$/.test(written)) return JSON.rawJSON(((BigInt(written) / ns) * ns).toString())
  const match = timeText.exec(written)
  if (match === null) return null
  const [, minutes = '', seconds = ':00', fraction = '', zone = ''] = match
  return `${minutes}${seconds}${digits === 0 ? '' : `.${fraction.padEnd(digits, '0').slice(0, digits)}`}${zone}`
}

interface MatchField {
  readonly steps: readonly string[]
  readonly forms: readonly Form[]
}

function nameOf(fields: Fields, match: readonly MatchField[]): string | null {
  const names = match.map(({ steps, forms }) => {
    const value = steps.reduce<unknown>((within, step) => (isRecord(within) ? within[step] : undefined), fields)
    return isName(value) ? writtenName(scalarIn(value, forms)) : null
  })
  if (names.includes(null)) return null
  return names.length === 1 ? (names[0] ?? null) : JSON.stringify(names)
}

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const isName = (value: unknown): boolean => ['string', 'number', 'bigint', 'boolean'].includes(typeof value)

/** A number in one stream may be a text in the other. */
const writtenName = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
