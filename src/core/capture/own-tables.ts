/** Tables that falsework has in a legacy database, in whatever schema, captured like any other: their history tells. */
import type { TableName } from '../catalog/catalog.ts'
import type { RowImage } from './image/row-image.ts'

/** A row for each scope says who may write. */
export const fenceTable = 'falsework_fence'
/** A row marks a transaction that brings back what the new service has written. */
export const syncTable = 'falsework_sync'

export const isFence = (table: TableName): boolean => table.endsWith(`.${fenceTable}`)
export const isSync = (table: TableName): boolean => table.endsWith(`.${syncTable}`)

export interface FenceMove {
  readonly mapping: string
  /** Null: everything that has no row of its own. */
  readonly scope: string | null
  /** Who may write the rows of the scope from here on. */
  readonly owner: 'legacy' | 'native'
  readonly epoch: number
}

/** Null for a row that is none of the guard's. An empty scope is all. */
export function fenceMove(row: RowImage): FenceMove | null {
  const [mapping, scope, owner, epoch] = ['mapping', 'scope', 'owner', 'epoch'].map((column) => row.get(column))
  const isOwner = owner === 'legacy' || owner === 'native'
  if (typeof mapping !== 'string' || typeof scope !== 'string' || !isOwner || !Number.isSafeInteger(epoch)) return null
  return { mapping, scope: scope === '' ? null : scope, owner, epoch: Number(epoch) }
}

/** Of the ownership under which the scopes of the transaction are nobody's; null for a row that does not say it. */
export function syncEpoch(row: RowImage): number | null {
  const epoch = row.get('epoch')
  return Number.isSafeInteger(epoch) ? Number(epoch) : null
}
