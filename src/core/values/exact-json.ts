/** JSON without loss, both ways; reading is fast for records whose numbers all fit, and exact for the others. */

/** Deep enough for any row; far from where recursion would end. */
const depthMax = 64
/** PostgreSQL has at most 1,600 columns, MySQL 4,096. */
const membersMax = 8_192

export type Verdict = 'exact' | 'rounded' | 'tooDeep' | 'tooWide'

/**
 * Whether JSON.parse may have rounded a number in this row (or key). Beyond 2^53 it gives a double that is no safe
 * integer, always, so one look at each number finds every loss.
 */
export function judgeNumbers(row: object): Verdict {
  let verdict: Verdict = 'exact'
  let members = 0
  const values = row as Readonly<Record<string, unknown>>
  for (const name in values) {
    members += 1
    const value = values[name]
    if (typeof value === 'number') {
      if (isUnsafe(value)) verdict = 'rounded'
    } else if (typeof value === 'object' && value !== null) {
      const nested = judgeNested(value, 2)
      if (nested === 'tooDeep' || nested === 'tooWide') return nested
      if (nested === 'rounded') verdict = nested
    }
  }
  return members > membersMax ? 'tooWide' : verdict
}

function judgeNested(container: object, depth: number): Verdict {
  if (depth > depthMax) return 'tooDeep'
  let verdict: Verdict = 'exact'
  for (const value of Object.values(container) as unknown[]) {
    const one = judgeOne(value, depth)
    if (one === 'tooDeep' || one === 'tooWide') return one
    if (one === 'rounded') verdict = one
  }
  return verdict
}

function judgeOne(value: unknown, depth: number): Verdict {
  if (typeof value === 'number') return isUnsafe(value) ? 'rounded' : 'exact'
  return typeof value === 'object' && value !== null ? judgeNested(value, depth + 1) : 'exact'
}

const isUnsafe = (value: number): boolean => value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER

const integer = /^-?\d+$/

/** As many as PostgreSQL's numeric has before its point. Turning digits into a number takes the square of their count. */
const integerDigitsMax = 131_072

/** Raised for a number that no double can hold, such as 1e400, and for an integer that no database can. */
export class NumberOutOfRange extends Error {}

/**
 * Parses with every integer exact: those beyond 2^53 become bigints. Several times slower than JSON.parse. Raises
 * NumberOutOfRange, and looks at no digit of a number that is too long.
 */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, exactNumber)
}

function exactNumber(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source ?? ''
  if (source.length > integerDigitsMax) throw new NumberOutOfRange()
  if (integer.test(source)) return BigInt(source)
  if (!Number.isFinite(value)) throw new NumberOutOfRange()
  return value
}

declare global {
  interface JSON {
    /** ECMAScript's "JSON.parse source text access", in Node since 21; not yet in TypeScript's library. */
    rawJSON(text: string): object
  }
}

/** JSON that keeps integers of any size, bytes (as hex) and values that JSON has no word for (by name). */
export function exactJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, exactly, indent)
}

function exactly(this: Record<string, unknown>, key: string, converted: unknown): unknown {
  // Buffers have been turned into something else by their toJSON before they come here.
  const original = this[key]
  if (original instanceof Uint8Array) return Buffer.from(original).toString('hex')
  if (typeof converted === 'bigint') return JSON.rawJSON(converted.toString())
  if (typeof converted === 'symbol') return converted.description
  return converted instanceof Map ? Object.fromEntries(converted) : converted
}
