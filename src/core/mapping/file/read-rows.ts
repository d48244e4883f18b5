/** What `with` and look-ups say of rows alike: how many there are, and constants that columns have. */
import type { Node } from 'yaml'
import type { ConstantPart, RowBounds } from './mapping-file.ts'
import type { YamlReader } from './yaml-reader.ts'

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
