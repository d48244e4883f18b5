/** Reads the look-ups of a mapping file. */
import { isScalar, type Node } from 'yaml'
import type { LookupPart, PivotPart } from './mapping-file.ts'
import { checkVariable } from './names.ts'
import { readBounds, readConstants, readNames } from './read-rows.ts'
import { isNull, type YamlReader } from './yaml-reader.ts'

const keys = ['table', 'key', 'columns', 'missing', 'rows', 'orderBy', 'where', 'pivot']
const duplicates = ['last', 'first', 'error'] as const

/** Null for a look-up whose form is wrong, which has been reported. */
export function readLookups(reader: YamlReader, node: Node | null): Map<string, LookupPart | null> {
  const lookups = new Map<string, LookupPart | null>()
  for (const [name, { keyNode, value }] of reader.cells(node, 'lookups')) {
    checkVariable(reader, name, keyNode)
    const part = readLookup(reader, name, value)
    lookups.set(name, part === null ? null : { ...part, namePlace: reader.placeOf(keyNode) })
  }
  return lookups
}

type Unnamed = Omit<LookupPart, 'namePlace'>

function readLookup(reader: YamlReader, name: string, node: Node): Unnamed | null {
  const what = `look-up ${name}`
  // `missing: null` is a value like any other.
  const cells = reader.cells(node, what)
  reader.keys(cells, { what, keys })
  const part = (key: string): Node | undefined => cells.get(key)?.value
  for (const key of ['table', 'key']) {
    if (!cells.has(key)) reader.complain('FW2004', node, { message: `${what} has no '${key}'` })
  }
  const table = reader.string(part('table'), 'table')
  const key = readNames(reader, part('key'), 'key')
  const columns = part('columns') === undefined ? null : readNames(reader, part('columns'), 'columns')
  const where = readConstants(reader, part('where'), 'where')
  const result = readResult(reader, { what, node, part })
  if (table === null || key.length === 0 || result === null) return null
  return { place: reader.placeOf(node), table, key, columns, where, result }
}

interface ResultParts {
  readonly what: string
  readonly node: Node
  readonly part: (key: string) => Node | undefined
}

const oneOrList = 'missing: error or missing: null for one row, rows: 0..500 for a list'

function readResult(reader: YamlReader, { what, node, part }: ResultParts): LookupPart['result'] | null {
  const [missing, rows, pivot, columns] = [part('missing'), part('rows'), part('pivot'), part('columns')]
  if (missing === undefined && rows === undefined) {
    return reader.complain('FW2004', node, { message: `${what} has neither 'missing' nor 'rows'`, hint: oneOrList })
  }
  if (missing !== undefined && rows !== undefined) {
    return reader.complain('FW2007', missing, { message: `${what} has 'missing' and 'rows'`, hint: oneOrList })
  }
  if (rows === undefined) {
    for (const key of ['orderBy', 'pivot']) {
      const extra = part(key)
      const message = `${what} gives one row: '${key}' is about several`
      if (extra !== undefined) reader.complain('FW2007', extra, { message, hint: 'rows: 0..500' })
    }
    return readMissing(reader, missing)
  }
  if (pivot !== undefined && columns !== undefined) {
    const message = `${what} has 'pivot' and 'columns': what it reads is said under pivot`
    reader.complain('FW2007', columns, { message })
  }
  const bounds = readBounds(reader, rows, { what, node })
  if (bounds === null) return null
  const orderBy = reader.string(part('orderBy'), 'orderBy')
  if (pivot === undefined) return { kind: 'rows', rows: bounds, orderBy, pivot: null }
  const found = readPivot(reader, pivot)
  return found === null ? null : { kind: 'rows', rows: bounds, orderBy, pivot: found }
}

function readMissing(reader: YamlReader, node: Node | undefined): LookupPart['result'] | null {
  if (node === undefined) return null
  if (isNull(node)) return { kind: 'row', missing: 'null' }
  if (isScalar(node) && node.value === 'error') return { kind: 'row', missing: 'error' }
  return reader.complain('FW2007', node, { message: 'missing is error or null' })
}

function readPivot(reader: YamlReader, node: Node): PivotPart | null {
  const required = ['name', 'value', 'take']
  const parts = reader.map(node, { what: 'pivot', keys: [...required, 'duplicate'], required })
  const name = reader.string(parts.get('name'), 'name')
  const value = reader.string(parts.get('value'), 'value')
  const take = readConstants(reader, parts.get('take'), 'take')
  const duplicate = reader.oneOf(parts.get('duplicate'), 'duplicate', duplicates)?.value ?? 'error'
  return name === null || value === null ? null : { name, value, take, duplicate }
}
