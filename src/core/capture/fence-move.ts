/** The fence of a migration is a row of the legacy database, captured like any other: its history tells when it was moved. */
import type { TableName } from '../catalog/catalog.ts'
import type { RowImage } from './image/row-image.ts'

/** In whatever schema an installation has it. */
export const fenceTable = 'falsework_fence'

export interface FenceMove {
  readonly mapping: string
  /** Null: everything that has no row of its own. */
  readonly scope: string | null
  /** Who may write the rows of the scope from here on. */
  readonly owner: 'legacy' | 'native'
  readonly epoch: number
}

export const isFence = (table: TableName): boolean => table.endsWith(`.${fenceTable}`)

/** Null for a row that is none of the guard's. An empty scope is all. */
export function fenceMove(row: RowImage): FenceMove | null {
  const [mapping, scope, owner, epoch] = ['mapping', 'scope', 'owner', 'epoch'].map((column) => row.get(column))
  const isOwner = owner === 'legacy' || owner === 'native'
  if (typeof mapping !== 'string' || typeof scope !== 'string' || !isOwner || !Number.isSafeInteger(epoch)) return null
  return { mapping, scope: scope === '' ? null : scope, owner, epoch: Number(epoch) }
}
