/** How much of one source transaction is held in memory; what is larger is read twice. */
export interface TransactionBudget {
  readonly rows: number
  readonly bytes: number
}

/** For a process of 512 MB in which several sources may be at their limit. */
export const usualBudget: TransactionBudget = { rows: 20_000, bytes: 33_554_432 }

/** Of a transaction that is read twice some 40 bytes a row are kept. */
export const largeRowsMax = 5_000_000
