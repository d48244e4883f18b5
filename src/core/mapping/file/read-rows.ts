/** What is said of rows in several places alike: how many there are, which columns, constants that columns have. */
import type { Node } from 'yaml'
import type { ConstantPart, RowBounds } from './mapping-file.ts'
import type { Located, YamlReader } from './yaml-reader.ts'

/** Null where there are none or their form is wrong, which has been reported. */
export function readBounds(
  reader: YamlReader,
  node: Node | undefined,
  owner: { readonly what: string; readonly node: Node },
): RowBounds | null {
  const text = reader.string(node, 'rows')
  const [, min, max] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text?.value ?? '') ?? []
  if (min !== undefined && max !== undefined && Number(min) <= Number(max) && Number(max) > 0) {
    return { min: Number(min), max: Number(max) }
  }
  const hint = 'rows: 1..1, 0..1 or 0..500'
  if (node !== undefined) return reader.complain('FW2007', node, { message: 'rows must be min..max', hint })
  return reader.complain('FW2004', owner.node, { message: `${owner.what} has no 'rows'`, hint })
}

/** Name to a constant, typed later by the column where it stands. */
export function readConstants(reader: YamlReader, node: Node | undefined, what: string): Map<string, ConstantPart> {
  const constants = new Map<string, ConstantPart>()
  for (const [name, { keyNode, value }] of reader.cells(node ?? null, what)) {
    const constant = reader.string(value, `${what} ${name}`)
    if (constant !== null) constants.set(name, { column: reader.placeOf(keyNode), constant })
  }
  return constants
}

/** Names of columns, each once; none where there is no such key. */
export function readNames(reader: YamlReader, node: Node | undefined, what: string): Located<string>[] {
  const names: Located<string>[] = []
  for (const item of reader.filledList(node, what)) {
    const name = reader.string(item, `a column of ${what}`)
    if (name === null) continue
    if (names.some(({ value }) => value === name.value)) {
      reader.complain('FW2313', name.place, { message: `'${name.value}' is there twice` })
    } else names.push(name)
  }
  return names
}
