/** Differences of an amount that counts as none. */
import { parseDecimal } from '../values/decimal-text.ts'
import { exactJson } from '../values/exact-json.ts'
import { parseInstant } from '../values/instant-text.ts'
import type { BigDecimal } from '../values/value.ts'

/** Field to the largest difference of its values that is none: of numbers as they are compared, of texts of times in seconds. */
export type Tolerance = Readonly<Record<string, string>>

/** Whether two values are numbers, or texts of times, that are no further apart than the amount: of times in seconds. */
export function isTolerated(bridge: unknown, native: unknown, amount: string): boolean {
  const most = parseDecimal(amount)
  const [a, b] = [amountOf(bridge), amountOf(native)]
  if (most === null || a === null || b === null || a.kind !== b.kind) return false
  const scale = Math.max(most.scale, a.value.scale, b.value.scale)
  const at = ({ unscaled, scale: own }: BigDecimal): bigint => unscaled * 10n ** BigInt(scale - own)
  const apart = at(a.value) - at(b.value)
  return (apart < 0n ? -apart : apart) <= at(most)
}

interface Amount {
  /** A time without a zone is not beside one that has it. */
  readonly kind: 'number' | 'instant' | 'local'
  readonly value: BigDecimal
}

function amountOf(value: unknown): Amount | null {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return null
  const text = typeof value === 'string' ? value : exactJson(value)
  const number = parseDecimal(text.replace('e', 'E'))
  if (number !== null) return { kind: 'number', value: number }
  const instant = parseInstant(text)
  const us = instant ?? parseInstant(`${text}Z`) ?? parseInstant(`${text}T00:00:00Z`)
  return us === null ? null : { kind: instant === null ? 'local' : 'instant', value: { unscaled: us, scale: 6 } }
}
