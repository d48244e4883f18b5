/** Fields of an event in the one form in which two streams are compared. */
import { parseDecimal, formatDecimal } from '../values/decimal-text.ts'
import { formatInstant, parseInstant } from '../values/instant-text.ts'
import type { Comparison, Normalisation } from './comparison.ts'

/** Gives JSON; equal texts mean that nothing differs that counts. Keys are in their order, ignored fields are left out. */
export type Normalise = (fields: Readonly<Record<string, unknown>>) => string

export function normaliser({ ignore, normalise }: Comparison): Normalise {
  const root = newRules()
  for (const { field } of ignore) rulesAt(root, field).isIgnored = true
  for (const rule of normalise) rulesAt(root, rule.field).normalisations.push(rule)
  return (fields) => JSON.stringify(recordOf(fields, root))
}

/** What is declared of a value, and of those within it. */
interface Rules {
  isIgnored: boolean
  readonly normalisations: Normalisation[]
  readonly below: Map<string, Rules>
}

const newRules = (): Rules => ({ isIgnored: false, normalisations: [], below: new Map() })
const noRules: Rules = newRules()

/** Items of a list stand under the name `[]`. */
function rulesAt(root: Rules, path: string): Rules {
  let rules = root
  for (const name of path.replaceAll('[]', '.[]').split('.')) {
    const next = rules.below.get(name) ?? newRules()
    rules.below.set(name, next)
    rules = next
  }
  return rules
}

function recordOf(fields: Readonly<Record<string, unknown>>, rules: Rules): Readonly<Record<string, unknown>> {
  const normal: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const name of Object.keys(fields).sort()) {
    const below = rules.below.get(name) ?? noRules
    const value = below.isIgnored ? undefined : valueOf(fields[name], below)
    if (value !== undefined) normal[name] = value
  }
  return normal
}

/** Undefined: not compared. */
function valueOf(value: unknown, rules: Rules): unknown {
  if (value === null) return rules.normalisations.some(({ as }) => as === 'absentWhenNull') ? undefined : null
  if (value === undefined) return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  // Of infinities and NaN, for which JSON has no word.
  if (typeof value === 'symbol') return value.description
  if (Array.isArray(value)) return itemsOf(value, rules)
  if (typeof value === 'object') return recordOf(value as Readonly<Record<string, unknown>>, rules)
  return rules.normalisations.reduce(scalarAs, typeof value === 'bigint' ? JSON.rawJSON(value.toString()) : value)
}

function itemsOf(items: readonly unknown[], rules: Rules): readonly unknown[] {
  const below = rules.below.get('[]') ?? noRules
  const normal = below.isIgnored ? [] : items.map((item) => valueOf(item, below) ?? null)
  if (!rules.normalisations.some(({ as }) => as === 'set')) return normal
  const byText = new Map(normal.map((item) => [JSON.stringify(item), item]))
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
}

/** A value that is not what the declaration takes it for stays as it is, and so differs from one that is. */
function scalarAs(value: unknown, { as, precision, zone }: Normalisation): unknown {
  const written = typeof value === 'string' ? value : JSON.stringify(value)
  switch (as) {
    case 'decimal':
      return plainDecimal(written) ?? value
    case 'instant':
      return plainInstant(written, { precision, zone }) ?? value
    case 'caseless':
      return typeof value === 'string' ? value.toLowerCase() : value
    case 'absentWhenNull':
    case 'set':
      return value
  }
}

function plainDecimal(written: string): string | null {
  const decimal = parseDecimal(written.replace('e', 'E'))
  if (decimal === null) return null
  const text = formatDecimal(decimal)
  const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return plain === '-0' ? '0' : plain
}

const unitUs = { us: 1n, ms: 1_000n, s: 1_000_000n }

function plainInstant(written: string, form: Pick<Normalisation, 'precision' | 'zone'>): string | null {
  const us = parseInstant(written) ?? parseInstant(`${written}${form.zone}`)
  if (us === null) return null
  const unit = unitUs[form.precision]
  return formatInstant(us - (((us % unit) + unit) % unit))
}
