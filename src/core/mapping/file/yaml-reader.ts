/** Reads YAML with places: every mistake is noted, none stops the reading, and no feature of YAML surprises. */
import { isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type Scalar, type YAMLMap } from 'yaml'
import { suggestion } from '../../diagnostics/nearest-name.ts'
import type { Place, Problem } from '../../diagnostics/problem.ts'
import type { ExpressionSource } from '../../expression/syntax/reporter.ts'
import { type MappingCode, mappingFileCodes } from './mapping-code.ts'
import { parseYaml, quoted } from './parse-yaml.ts'
import { sourcePositions } from './scalar-positions.ts'

const warnings: ReadonlySet<MappingCode> = new Set<MappingCode>(['FW2309', 'FW2311', 'FW2315', 'FW2319', 'FW2321'])

export interface Located<T> {
  readonly value: T
  readonly place: Place
}

export class YamlReader {
  readonly problems: Problem[] = []
  readonly root: Node | null
  private readonly text: string
  private readonly file: string
  private readonly lines: LineCounter

  constructor(source: { readonly text: string; readonly file: string }) {
    this.text = source.text.startsWith('\ufeff') ? source.text.slice(1) : source.text
    this.file = source.file
    const { root, lines, mistakes } = parseYaml(this.text)
    this.root = root
    this.lines = lines
    for (const { code, start, end, message, hint } of mistakes) {
      this.complain(code, this.range(start, end), hint === undefined ? { message } : { message, hint })
    }
  }

  /** Notes a mistake at a node (or a range) and gives null. */
  complain(code: MappingCode, at: Node | Place, what: { readonly message: string; readonly hint?: string }): null {
    const { name } = mappingFileCodes[code]
    const place = 'line' in at ? at : this.placeOf(at)
    const hint = what.hint === undefined || what.hint === '' ? {} : { hint: what.hint }
    const severity = warnings.has(code) ? 'warning' : 'error'
    this.problems.push({ severity, code, name, message: what.message, place, ...hint })
    return null
  }

  placeOf(node: Node): Place {
    const [start = 0, end = start + 1] = node.range ?? []
    return this.range(start, end)
  }

  private range(start: number, end: number): Place {
    const { line, col } = this.lines.linePos(start)
    const lineEnd = this.text.indexOf('\n', start)
    const stop = Math.min(end, lineEnd < 0 ? this.text.length : lineEnd)
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1), length: Math.max(1, stop - start) }
  }

  /** The entries of a map; unknown keys are mistakes, keys that must be there and are not, too. */
  map(
    node: Node | null,
    shape: { readonly what: string; readonly keys: readonly string[]; readonly required?: readonly string[] },
  ): Map<string, Node> {
    const entries = this.entries(node, shape.what)
    this.keys(entries, shape)
    for (const key of shape.required ?? []) {
      // A key without a value has been reported.
      if (!isMap(node) || node.has(key)) continue
      this.complain('FW2004', node, { message: `${shape.what} has no '${key}'` })
    }
    return new Map([...entries].map(([key, { value }]) => [key, value]))
  }

  /** Takes out the keys that are none of the shape's, and reports them. */
  keys(
    entries: Map<string, { readonly keyNode: Node }>,
    shape: { readonly what: string; readonly keys: readonly string[] },
  ): void {
    for (const [key, { keyNode }] of entries) {
      if (shape.keys.includes(key)) continue
      this.complain('FW2003', keyNode, {
        message: `unknown key '${key}' in ${shape.what}`,
        hint: suggestion(key, shape.keys),
      })
      entries.delete(key)
    }
  }

  has(node: Node, key: string): boolean {
    return isMap(node) && node.has(key)
  }

  /** The entries of a map whose keys are names that the author chooses. */
  named(node: Node | null, what: string): Map<string, Node> {
    return new Map([...this.entries(node, what)].map(([key, { value }]) => [key, value]))
  }

  /** The same, where a value may be null and a key has a place of its own. */
  cells(node: Node | null, what: string): Map<string, { keyNode: Node; value: Node }> {
    return this.entries(node, what, 'taken')
  }

  private entries(
    node: Node | null,
    what: string,
    nulls: 'refused' | 'taken' = 'refused',
  ): Map<string, { keyNode: Node; value: Node }> {
    const entries = new Map<string, { keyNode: Node; value: Node }>()
    if (node === null || isRefused(node)) return entries
    if (!isMap(node)) {
      this.complain('FW2005', node, { message: `${what} must be a map, found ${kindOf(node)}` })
      return entries
    }
    for (const { key, value } of (node as YAMLMap<Node, Node | null>).items) {
      const name = isScalar(key) ? scalarText(key) : ''
      if (name === '<<') continue
      if (entries.has(name)) this.complain('FW2313', key, { message: `'${name}' is there twice` })
      if (value === null || (isNull(value) && (nulls === 'refused' || value.source === ''))) {
        this.complain('FW2005', key, { message: `'${name}' has no value` })
      } else entries.set(name, { keyNode: key, value })
    }
    return entries
  }

  /** A map with something in it, under names that the author chooses. */
  filledMap(node: Node | null, what: string): Map<string, Node> {
    if (isMap(node) && node.items.length === 0) this.complain('FW2004', node, { message: `${what} is empty` })
    return this.named(node, what)
  }

  list(node: Node | undefined, what: string): Node[] {
    if (node === undefined) return []
    if (isRefused(node)) return []
    if (isSeq<Node>(node)) return node.items
    this.complain('FW2005', node, { message: `${what} must be a list, found ${kindOf(node)}` })
    return []
  }

  /** A list with something in it: an empty one is a thing forgotten. */
  filledList(node: Node | undefined, what: string): Node[] {
    const items = this.list(node, what)
    if (isSeq(node) && items.length === 0) this.complain('FW2004', node, { message: `${what} is empty` })
    return items
  }

  /** One value, or a list of them. */
  oneOrMore(node: Node | undefined, what: string): Node[] {
    if (node === undefined) return []
    return isSeq<Node>(node) ? this.filledList(node, what) : [node]
  }

  /** A scalar as text, whatever YAML thinks that it looks like. */
  string(node: Node | undefined, what: string): Located<string> | null {
    if (node === undefined) return null
    if (isRefused(node)) return null
    if (isScalar(node) && node.value !== null) {
      const value = scalarText(node)
      if (!value.includes('\0')) return { value, place: this.placeOf(node) }
      return this.complain('FW2007', node, { message: `${what} has a NUL character (U+0000), which no text may have` })
    }
    return this.complain('FW2005', node, { message: `${what} must be a text, found ${kindOf(node)}` })
  }

  /** A text for people, which says something. */
  words(node: Node | undefined, what: string): Located<string> | null {
    const found = this.string(node, what)
    if (found === null || found.value.trim() !== '') return found
    return this.complain('FW2007', found.place, { message: `${what} is empty` })
  }

  oneOf<T extends string>(node: Node | undefined, what: string, allowed: readonly T[]): Located<T> | null {
    const found = this.string(node, what)
    if (found === null || node === undefined) return null
    const value = allowed.find((known) => known === found.value)
    if (value !== undefined) return { value, place: found.place }
    return this.complain('FW2007', node, {
      message: `${what} cannot be '${found.value}'`,
      hint: suggestion(found.value, allowed),
    })
  }

  integer(node: Node | undefined, what: string, bounds: readonly [number, number]): number | null {
    return this.locatedInteger(node, what, bounds)?.value ?? null
  }

  locatedInteger(node: Node | undefined, what: string, bounds: readonly [number, number]): Located<number> | null {
    const found = this.string(node, what)
    if (found === null || node === undefined) return null
    const value = Number(found.value)
    if (/^\d+$/.test(found.value) && value >= bounds[0] && value <= bounds[1]) return { value, place: found.place }
    return this.complain('FW2007', node, {
      message: `${what} must be a whole number from ${bounds[0]} to ${bounds[1]}`,
    })
  }

  /** An expression: quoted, or one simple path. */
  expression(node: Node | undefined, what: string): ExpressionSource | null {
    if (node === undefined || isRefused(node)) return null
    if (!isScalar(node)) {
      return this.complain('FW2006', node, {
        message: `${what} is an expression, YAML reads it as ${kindOf(node)}`,
        hint: `write ${quoted(this.sourceOf(node))}`,
      })
    }
    const text = scalarText(node)
    const plain = node.type === 'PLAIN'
    const commented = plain && typeof node.comment === 'string' && !/^[\w.]+$/.test(text)
    if (commented || (plain && !/^[A-Za-z_][\w.]*$/.test(text))) {
      const whole = commented ? `${text} #${node.comment ?? ''}` : text
      return this.complain('FW2006', node, {
        message: `${what} is an expression without quotes`,
        hint: `write ${quoted(whole)}`,
      })
    }
    const positions = sourcePositions(node, this.text)
    return {
      text,
      place: (start, end) => this.range(positions(start), positions(Math.max(start, end - 1)) + 1),
    }
  }

  /** The node as it is written, as far as its first line goes. */
  sourceOf(node: Node): string {
    const [start = 0, end = start] = node.range ?? []
    return this.text.slice(start, end).split('\n')[0] ?? ''
  }
}

/** An alias or a tagged node: it has been reported. */
const isRefused = (node: Node): boolean => isAlias(node) || node.tag !== undefined

export const isNull = (node: Node): node is Scalar<null> => isScalar(node) && node.value === null

export function scalarText(node: Scalar): string {
  if (typeof node.value === 'string') return node.value
  return node.source ?? ''
}

export function kindOf(node: Node): string {
  if (isMap(node)) return 'a map'
  if (isSeq(node)) return 'a list'
  return isScalar(node) && node.value === null ? 'nothing' : 'a scalar'
}
