/** In what two normalised events differ: a closed set of words, so that differences of one cause are counted as one. */
import { parseDecimal } from '../values/decimal-text.ts'
import { exactJson, parseExactly } from '../values/exact-json.ts'
import { parseInstant } from '../values/instant-text.ts'
import type { BigDecimal } from '../values/value.ts'
import { isTolerated, type Tolerance } from './tolerance.ts'

export interface Difference {
  /** `lines[].sku` */
  readonly path: string
  /** Of the native value to the bridge's, such as "null in native" or "native is the bridge's × 10^2"; no value is in it. */
  readonly what: string
}

/** Each path once, also where several items of a list differ. What is tolerated is no difference. */
export function differencesOf(bridge: string, native: string, tolerance: Tolerance): readonly Difference[] {
  const all = valueDifferences({ bridge: parseExactly(bridge), native: parseExactly(native), path: '' })
  const found = all.filter((one) => {
    const amount = tolerance[one.path.replaceAll('[]', '')]
    return amount === undefined || !isTolerated(one.bridge, one.native, amount)
  })
  const byName = new Map(found.toReversed().map(({ path, what }) => [`${path}\0${what}`, { path, what }]))
  return [...byName.values()].reverse()
}

interface ValueDifference extends Difference {
  /** Undefined: absent. */
  readonly bridge: unknown
  readonly native: unknown
}

interface Two {
  readonly bridge: unknown
  readonly native: unknown
  readonly path: string
}

function valueDifferences(two: Two): readonly ValueDifference[] {
  const { bridge, native, path } = two
  if (isRecord(bridge) && isRecord(native)) {
    const names = [...new Set([...Object.keys(bridge), ...Object.keys(native)])]
    return names.flatMap((name) =>
      valueDifferences({ bridge: bridge[name], native: native[name], path: path === '' ? name : `${path}.${name}` }),
    )
  }
  if (Array.isArray(bridge) && Array.isArray(native)) return listDifferences(bridge, native, path)
  const what = difference(bridge, native)
  return what === null ? [] : [{ path, what, bridge, native }]
}

function listDifferences(
  bridge: readonly unknown[],
  native: readonly unknown[],
  path: string,
): readonly ValueDifference[] {
  const texts = (items: readonly unknown[]): string =>
    items
      .map((item) => exactJson(item))
      .sort()
      .join()
  const whole = (what: string): readonly ValueDifference[] => [{ path, what, bridge, native }]
  if (native.length !== bridge.length) {
    return whole(native.length < bridge.length ? 'fewer items in native' : 'more items in native')
  }
  const inItems = bridge.flatMap((item, at) =>
    valueDifferences({ bridge: item, native: native[at], path: `${path}[]` }),
  )
  return inItems.length > 0 && texts(bridge) === texts(native) ? whole('items in another order') : inItems
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function difference(bridge: unknown, native: unknown): string | null {
  if (bridge === native) return null
  if (isNothing(bridge) || isNothing(native)) {
    const sides = [bridge, native].map((value, at) => ({ value, side: at === 0 ? 'bridge' : 'native' }))
    return sides.flatMap(({ value, side }) => (isNothing(value) ? [`${nothingWord(value)} in ${side}`] : [])).join(', ')
  }
  const words = [kindOf(bridge), kindOf(native)] as const
  if (words[0] !== words[1]) return `${words[0]} in bridge, ${words[1]} in native`
  if (words[0] === 'number') return decimalDifference(exactJson(bridge), exactJson(native)) ?? 'another number'
  if (typeof bridge !== 'string' || typeof native !== 'string') return 'another value'
  return decimalDifference(bridge, native) ?? timeDifference(bridge, native) ?? textDifference(bridge, native)
}

const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined
const nothingWord = (value: null | undefined): string => (value === null ? 'null' : 'absent')

function kindOf(value: unknown): string {
  if (typeof value === 'bigint') return 'number'
  if (Array.isArray(value)) return 'list'
  return typeof value === 'string' ? 'text' : typeof value === 'object' ? 'record' : typeof value
}

function decimalDifference(bridge: string, native: string): string | null {
  const [a, b] = [parseDecimal(bridge.replace('e', 'E')), parseDecimal(native.replace('e', 'E'))]
  if (a === null || b === null) return null
  const [plainA, plainB] = [stripped(a), stripped(b)]
  if (plainA.unscaled !== plainB.unscaled)
    return plainA.unscaled === -plainB.unscaled ? 'another sign' : 'another number'
  if (plainA.scale === plainB.scale) return `${a.scale} decimals in bridge, ${b.scale} in native`
  return `native is the bridge's × 10^${plainA.scale - plainB.scale}`
}

/** Without zeros at the end. */
function stripped({ unscaled, scale }: BigDecimal): BigDecimal {
  if (unscaled === 0n) return { unscaled, scale: 0 }
  let plain = { unscaled, scale }
  while (plain.unscaled % 10n === 0n) plain = { unscaled: plain.unscaled / 10n, scale: plain.scale - 1 }
  return plain
}

const quarterUs = 900_000_000n
/** From UTC-12 to UTC+14. */
const zonesApartUs = 26n * 4n * quarterUs

function timeDifference(bridge: string, native: string): string | null {
  const [a, b] = [bridge, native].map((text) => parseInstant(text) ?? parseInstant(`${text}Z`))
  if (a === undefined || b === undefined || a === null || b === null) return null
  const isLocal = [bridge, native].map((text) => parseInstant(text) === null)
  if (isLocal[0] !== isLocal[1]) return `no zone in ${isLocal[0] === true ? 'bridge' : 'native'}`
  if (a === b) return 'the same instant in another form'
  const apart = b - a
  const distance = apart < 0n ? -apart : apart
  if (distance % quarterUs === 0n && distance <= zonesApartUs) {
    return `native is ${(distance / 60_000_000n).toString()} minutes ${apart < 0n ? 'earlier' : 'later'}`
  }
  const isRounded = [1_000n, 1_000_000n].some((unit) => distance < unit && (a % unit === 0n || b % unit === 0n))
  return isRounded ? 'another precision' : 'another instant'
}

function textDifference(bridge: string, native: string): string {
  if (bridge.toLowerCase() === native.toLowerCase()) return 'another case'
  return bridge.trim() === native.trim() ? 'other blanks at the ends' : 'another text'
}
