/** Decimal numbers of any scale, between text and exact value. */
import type { BigDecimal } from './value.ts'

/** As Java's `BigDecimal` writes a number, with or without exponent. */
const decimalText = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d{1,6}))?$/

/** PostgreSQL holds at most 131,072 digits before and 16,383 after the point; beyond that a text is no numeric. */
const exponentMax = 131_072 + 16_383

/** A sign, a point and an exponent more. Turning digits into a number takes the square of their count. */
const lengthMax = exponentMax + 10

/** Null when the text is no decimal number. */
export function parseDecimal(text: string): BigDecimal | null {
  if (text.length > lengthMax) return null
  const match = decimalText.exec(text)
  if (match === null) return null
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  if (Math.abs(Number(exponent)) > exponentMax) return null
  return { unscaled: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length - Number(exponent) }
}

export function formatDecimal({ unscaled, scale }: BigDecimal): string {
  if (scale <= 0) return (unscaled * 10n ** BigInt(-scale)).toString()
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** The unscaled value at another scale, or null when digits would be lost. */
export function rescale({ unscaled, scale }: BigDecimal, to: number): bigint | null {
  if (to >= scale) return unscaled * 10n ** BigInt(to - scale)
  const divisor = 10n ** BigInt(scale - to)
  return unscaled % divisor === 0n ? unscaled / divisor : null
}
