/** The spelling of a column's type in MariaDB's information schema, taken apart: `int(10) unsigned`, `enum('a','b')`. */

export interface MariadbType {
  /** With `unsigned`, without all else: `int unsigned`, `enum`, `datetime`. */
  readonly name: string
  /** Numbers in parentheses; none for the values of an enum or a set. */
  readonly modifiers: readonly number[]
}

/** `zerofill` is about how numbers are shown; a comment tells columns that hold times in the form of older releases. */
const spelling = /^(?<name>[a-z]\w*)(?:\((?<inside>.*)\))?(?<unsigned> unsigned)?(?: zerofill)?(?:\s*\/\*.*\*\/)?$/s

/** Null for a spelling that is none of the information schema's. */
export function parseMariadbType(text: string): MariadbType | null {
  const groups = spelling.exec(text.trim())?.groups
  if (groups === undefined) return null
  const inside = groups['inside'] ?? ''
  const modifiers = /^\d+(,\d+)*$/.test(inside) ? inside.split(',').map(Number) : []
  return { name: `${groups['name'] ?? ''}${groups['unsigned'] ?? ''}`, modifiers }
}
