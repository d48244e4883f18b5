/** Whether a rule is about a change: its operation, its columns. */
import type { NetChange } from '../../../transaction/net-change.ts'
import { isChange } from '../../../transaction/net-changes.ts'
import { ValueError } from '../../../values/value-error.ts'
import type { CompiledRule } from '../../compiled-mapping.ts'

/** Raises ValueError where what would tell is not there or cannot be read. */
export function isMeant({ operations, changed, takesDerived }: CompiledRule, net: NetChange): boolean {
  const { op, before, after, derived } = net
  if (!operations.has(op) || (derived === true && !takesDerived)) return false
  if (op !== 'update' || after === null) return true
  if (before === null) throw new ValueError('unavailable', 'the row before the update is not in the log')
  return changed === null ? isChange(net) : changed(before, after)
}
