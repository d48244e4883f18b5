/** Positions in the history of a source: which history, then 16 hexadecimal digits, so that text order is its order. */
import type { SourcePosition } from '../row-change.ts'

const digits = 16

/** `history` is empty where a source has one alone. Null: the number does not fit 64 bits. */
export const sourcePosition = (history: string, number: bigint): SourcePosition | null =>
  BigInt.asUintN(64, number) === number
    ? (`${history}${number.toString(16).padStart(digits, '0')}` as SourcePosition)
    : null

/** Positions of two histories have no order. */
export const historyOf = (position: SourcePosition): string => position.slice(0, -digits)
