/** What both databases say of the fence's rows in the same words. */
import type { SqlNames } from '../../../catalog/sql-names.ts'
import { type FenceMove, type FenceRow, storedScope } from '../fence.ts'

export const fenceValues = ({ literal }: SqlNames, rows: readonly FenceRow[]): string =>
  rows
    .map(
      ({ mapping, scope, owner, epoch }) =>
        `(${literal(mapping)}, ${literal(storedScope(scope))}, '${owner}', ${wholeNumber(epoch)})`,
    )
    .join(', ')

/** The conditions are those of `judgeMove`. */
export function fenceUpdate({ literal }: SqlNames, fence: string, { mapping, scope, to, epoch }: FenceMove): string {
  const before =
    to === 'native'
      ? `owner = 'legacy' AND epoch = ${wholeNumber(epoch - 1)}`
      : `owner = 'native' AND epoch < ${wholeNumber(epoch)}`
  const row = `mapping = ${literal(mapping)} AND scope = ${literal(storedScope(scope))}`
  return `UPDATE ${fence} SET owner = '${to}', epoch = ${wholeNumber(epoch)} WHERE ${row} AND ${before}`
}

const wholeNumber = (value: number): string => BigInt(value).toString()

/** What a refused writer reads in front of and behind the scope, its owner and its epoch. */
export const refusal = {
  before: 'falsework: refused, because scope ',
  of: ' of mapping ',
  owner: ' is owned by ',
  epoch: ', epoch ',
  behind: '; write through the new service (falsework migrate status)',
  all: 'all',
  noRow: '; its row of falsework_fence is gone (falsework migrate guard --apply)',
} as const

/** SQLSTATE of a condition that a user has defined, the same on both. */
export const refusedState = '45000'
