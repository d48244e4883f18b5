/** The spelling of a column's type in a PostgreSQL catalog, taken apart: `timestamp(3) without time zone[]`. */

export interface ColumnType {
  /** Without modifiers and brackets, spaces single: `timestamp without time zone`. */
  readonly name: string
  readonly modifiers: readonly number[]
  readonly list: boolean
}

const spelling =
  /^(?<head>[^()[\]]+?)\s*(?:\((?<modifiers>-?\d+(?:\s*,\s*-?\d+)*)\)(?<tail>[^()[\]]*))?(?<list>(?:\[\])?)$/

/** Null for a spelling that is none of `format_type`'s. */
export function parseColumnType(text: string): ColumnType | null {
  const groups = spelling.exec(text.trim())?.groups
  if (groups === undefined) return null
  const name = `${groups['head'] ?? ''} ${groups['tail'] ?? ''}`.replace(/\s+/g, ' ').trim()
  const modifiers = (groups['modifiers'] ?? '').split(',').filter((part) => part !== '')
  return { name, modifiers: modifiers.map(Number), list: groups['list'] === '[]' }
}
