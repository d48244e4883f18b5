/** `per`: what a rule fires once for, compiled. */
import type { Table } from '../../../catalog/catalog.ts'
import { provenKeys } from '../../../catalog/proven-keys.ts'
import type { ColumnReader } from '../../../expression/types/expression-type.ts'
import { groupText } from '../../../expression/types/matching.ts'
import type { CompiledPer } from '../../compiled-mapping.ts'
import type { AnchorPart } from '../../file/mapping-file.ts'
import type { CheckContext } from '../check-context.ts'
import { findMatchable, tableColumns } from '../table-columns.ts'

/** `columns`: what a group can be asked for; null for a rule that fires per change, and where there is a mistake. */
export interface PerCheck {
  readonly per: CompiledPer | null
  readonly columns: ReadonlyMap<string, ColumnReader> | null
}

export function checkPer(context: CheckContext, { part, table }: { part: AnchorPart; table: Table }): PerCheck {
  const { per } = part
  if (per.kind !== 'group') return { per, columns: null }
  const found = per.columns.map((name) => findMatchable(context, tableColumns(context, table), name))
  const isGroupable = requireGroupable(context, { part, table, per })
  if (!isGroupable || !found.every((reader) => reader !== null)) return { per: null, columns: null }
  const columns = new Map(found.map((reader) => [reader.column.name, reader]))
  return { per: { kind: 'group', columns: [...columns.keys()], groupOf: groupText(found) }, columns }
}

interface GroupedPart {
  readonly part: AnchorPart
  readonly table: Table
  readonly per: Extract<AnchorPart['per'], { kind: 'group' }>
}

function requireGroupable({ findings }: CheckContext, { part, table, per: { place } }: GroupedPart): boolean {
  const empties = part.operations.includes('truncate')
  if (empties) {
    const hint = 'a rule of its own on truncate, without per'
    findings.complain('FW2007', place, { message: 'a truncate has no rows that could be grouped', hint })
  }
  // Each change would stand alone: a row that is changed twice would be in its group twice.
  const isToldApart = provenKeys(table).length > 0
  if (!isToldApart) {
    const message = `per: no key of ${table.name} tells its rows apart, so one that changes twice is two`
    findings.complain('FW2316', place, { message, hint: 'per: change fires for every single change' })
  }
  return isToldApart && !empties
}
