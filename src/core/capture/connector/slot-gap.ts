/** Whether a replication slot has been confirmed past what its connector has sent: then the changes in between never come. */
import type { StoredOffset } from './stored-offset.ts'

/** Positions are spelt as PostgreSQL spells them, `0/16B3748`. */
export interface SlotGap {
  /** What the connector has sent, by its stored offset. */
  readonly from: string
  /** What the slot has been confirmed to. */
  readonly to: string
  /** From one to the other, of the database's log. */
  readonly bytes: number
}

export type SlotComparison =
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'gap'; readonly gap: SlotGap }

/**
 * To be asked with a slot that was looked at before the stored offset: offsets only grow, and a slot is confirmed after
 * the offset is stored, so that a sound source never shows a gap. `confirmed` null: there is no slot.
 */
export function compareSlot(confirmed: string | null, stored: StoredOffset | null): SlotComparison {
  if (confirmed === null) return { kind: 'unknown', why: 'the slot does not exist' }
  if (stored === null) return { kind: 'unknown', why: 'the connector has stored no offset yet' }
  const sent = stored.offset['lsn_commit'] ?? stored.offset['lsn']
  if (typeof sent !== 'number') return { kind: 'unknown', why: 'the stored offset names no position of PostgreSQL' }
  const bytes = bytesOf(confirmed) - BigInt(sent)
  if (bytes <= 0n) return { kind: 'none' }
  return { kind: 'gap', gap: { from: spelt(BigInt(sent)), to: confirmed, bytes: Number(bytes) } }
}

/** A position of the log in bytes: its halves are hexadecimal. */
function bytesOf(lsn: string): bigint {
  const [high = '0', low = '0'] = lsn.split('/')
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}

const spelt = (bytes: bigint): string => [bytes >> 32n, bytes & 0xffff_ffffn].map(hexadecimal).join('/')
const hexadecimal = (half: bigint): string => half.toString(16).toUpperCase()
