/** Fences that the source transaction under assembly moves. */
import type { CaptureMessage } from '../../capture/capture-message.ts'
import type { FenceMove } from '../../capture/own-tables.ts'
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import type { AssemblyOutcome } from '../../transaction/assembly-outcome.ts'

export class OpenFences {
  /** By scope: a row that is read again is one move. */
  private readonly open = new Map<string, FenceMove>()

  /** Those of a transaction that this message has ended, and that was none before. Raises `FENCE_NOT_ALONE`. */
  moves(message: CaptureMessage, outcome: AssemblyOutcome): readonly FenceMove[] {
    if (message.kind === 'begin') this.open.clear()
    if (message.kind === 'row' && message.fence !== undefined) {
      const { mapping, scope } = message.fence
      this.open.set(JSON.stringify([mapping, scope]), message.fence)
    }
    if (this.open.size === 0 || message.kind !== 'end') return []
    const moves = [...this.open.values()]
    this.open.clear()
    if (outcome.kind === 'complete' || outcome.kind === 'passed') return moves
    if (outcome.kind !== 'large') return []
    throw new FalseworkError(
      'FENCE_NOT_ALONE',
      `a source transaction of ${outcome.transaction.rows} rows moves a fence`,
    )
  }
}
