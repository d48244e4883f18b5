import type { ErrorCodes } from '../error-code.ts'

/** What the raw log cannot mean: the source stops at the exact offset and publishes nothing past it. */
export const captureCodes = {
  REKEY_HALF_MISSING: {
    name: 'rekey-half-missing',
    summary: 'A change of primary key arrived as a delete without its insert, or the other way round.',
    remedy:
      'Both halves are emitted one after the other. Look for a transform on the connector that drops, splits or reorders records.',
    disposition: 'halt',
  },
  ROW_CONTRADICTS: {
    name: 'row-contradicts',
    summary: 'Two changes in one transaction cannot have happened to one row in this order.',
    remedy:
      'Two rows held one key in mid-transaction: the primary key is deferrable, which this version cannot follow. Make it immediate, or split the statement that swaps the keys.',
    disposition: 'halt',
  },
} as const satisfies ErrorCodes
