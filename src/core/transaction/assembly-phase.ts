/** What of a source transaction is under assembly. */
import type { OpenTransaction } from './open-transaction.ts'

export type Phase =
  /** Between source transactions. */
  | { readonly kind: 'idle' }
  /** BEGIN or the first row was seen; every row up to the last is held. */
  | { readonly kind: 'open'; readonly open: OpenTransaction }
  /** The first record was not the first of its transaction: read on to END, which says whether it is a replay. */
  | { readonly kind: 'headless'; readonly id: string; readonly committedAtUs: bigint; rows: number }

export const idle: Phase = { kind: 'idle' }

export const openOf = (phase: Phase): OpenTransaction | null => (phase.kind === 'open' ? phase.open : null)

/** Null between source transactions. */
export function idOf(phase: Phase): string | null {
  if (phase.kind === 'idle') return null
  return phase.kind === 'open' ? phase.open.id : phase.id
}

export function rowsOf(phase: Phase): number {
  if (phase.kind === 'idle') return 0
  return phase.kind === 'open' ? phase.open.rows : phase.rows
}

/** µs since the epoch. */
export function commitUsOf(phase: Phase): bigint | null {
  if (phase.kind === 'idle') return null
  return phase.kind === 'open' ? phase.open.committedAtUs : phase.committedAtUs
}
