/** What a rule fires on, and the frame in which its expressions find it. */
import type { SizeLimits } from '../../../event/event-size.ts'
import type { Frame } from '../../../expression/types/scope.ts'
import type { RowsAtHand } from '../../../rows/rows-at-hand.ts'
import type { TransactionFacts } from '../../../transaction/source-transaction.ts'
import type { Meta } from '../../check/rule/anchor-names.ts'
import { type CompiledRule, frameSlots } from '../../compiled-mapping.ts'
import { type Cause, netOf } from '../cause.ts'
import type { AskedScope } from '../fired-input.ts'
import type { RowsOfWith } from '../join.ts'
import type { LookedUp } from '../looked-up.ts'

export interface Firing {
  readonly rule: CompiledRule
  /** How the scope of the input is told; null: nobody asks. */
  readonly scope: AskedScope | null
  readonly cause: Cause
  readonly transaction: TransactionFacts
  readonly joins: RowsOfWith
  readonly rows: RowsAtHand
  readonly limits: SizeLimits
}

/** With nothing in the slots of `with`, `each` and nulled fields yet. */
export function frameOf({ rule, cause, transaction }: Firing, lookedUp: LookedUp): Frame {
  const net = netOf(cause)
  const frame: Frame = new Array<unknown>(rule.frameSize)
  const meta: Meta = {
    committedAtUs: transaction.committedAtUs,
    op: net.op,
    table: net.table,
    transactionKey: transaction.key,
    position: transaction.position,
    snapshot: transaction.proof === 'snapshot',
  }
  if (cause.kind === 'row') {
    frame[frameSlots.before] = net.before
    frame[frameSlots.after] = net.after
    frame[frameSlots.row] = net.after ?? net.before
  } else if (cause.kind === 'group') {
    frame[frameSlots.group] = cause.group.image
    frame[frameSlots.rows] = cause.group.rows
  }
  frame[frameSlots.meta] = meta
  frame[frameSlots.lookedUp] = lookedUp
  return frame
}
