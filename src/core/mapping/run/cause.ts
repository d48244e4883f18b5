/** What a rule fires for: a change of one row, or those of a group of rows. */
import type { RowImage } from '../../capture/image/row-image.ts'
import type { EventAnchor } from '../../event/business-event.ts'
import type { NetChange } from '../../transaction/net-change.ts'
import { type CarriedInput, carriedChange } from '../../held/carried-input.ts'
import type { FailureDetails } from './failed-input.ts'

export type Cause = RowCause | GroupCause

export interface RowCause {
  readonly kind: 'row'
  readonly net: NetChange
}

export type GroupCause =
  | { readonly kind: 'group'; readonly group: Group }
  /** All that a grouped rule is about, where the groups of its rows are not known: it has failed as a whole. */
  | { readonly kind: 'ungrouped'; readonly rows: readonly [NetChange, ...NetChange[]]; readonly error: unknown }

export interface Group {
  /** What its rows have in common: no two groups of a rule have one text. */
  readonly text: string
  /** In which its first row has the values of the group. */
  readonly image: RowImage
  /** That of its first row. */
  readonly anchor: EventAnchor
  /** In the order of the transaction. A row that changes its group is in both. */
  readonly rows: readonly [NetChange, ...NetChange[]]
}

export function anchorOf({ table, ordinal, order, first }: NetChange): EventAnchor {
  const { offset, derived } = first
  return derived === true ? { table, ordinal, order, offset, derived } : { table, ordinal, order, offset }
}

/** The first of them, where there are several. */
export function netOf(cause: Cause): NetChange {
  if (cause.kind === 'row') return cause.net
  return cause.kind === 'group' ? cause.group.rows[0] : cause.rows[0]
}

/** The anchor of its events, and what tells it from others that have the same. */
export function placeOfCause(cause: Cause): { readonly anchor: EventAnchor; readonly group: string } {
  if (cause.kind === 'group') return { anchor: cause.group.anchor, group: cause.group.text }
  return { anchor: anchorOf(netOf(cause)), group: '' }
}

/** The rows that it is of: all of them. */
export function carriedRows(cause: Cause): Pick<CarriedInput, 'kind' | 'table' | 'changes' | 'formsNamed'> {
  const { table, first: change } = netOf(cause)
  const of = { table, ...(change.formsNamed && { formsNamed: change.formsNamed }) }
  if (cause.kind === 'row') return { kind: 'change', ...of, changes: [carriedChange(cause.net)] }
  const [first, ...others] = cause.kind === 'group' ? cause.group.rows : cause.rows
  const kind = cause.kind === 'group' ? 'group' : 'ungrouped'
  return { kind, ...of, changes: [carriedChange(first), ...others.map(carriedChange)] }
}

/** So many rows of a group stand in its failure. */
const shownRowsMax = 1_000

/** What a failure says of its rows. */
export function rowsOfCause(cause: Cause): Pick<FailureDetails, 'op' | 'before' | 'after' | 'rows'> {
  if (cause.kind === 'row') {
    const { op, before, after } = cause.net
    return { op, before, after }
  }
  const all = cause.kind === 'group' ? cause.group.rows : cause.rows
  const rows = all.slice(0, shownRowsMax).map(({ op, before, after }) => ({ op, before, after }))
  return { op: null, before: null, after: null, rows }
}
