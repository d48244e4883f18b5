/** Reads YAML with places: every mistake is noted, none stops the reading, and no feature of YAML surprises. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml'
import { mappingCodes } from '../../diagnostics/codes/mapping.ts'
import { suggestion } from '../../diagnostics/nearest-name.ts'
import type { Place, Problem } from '../../diagnostics/problem.ts'
import type { ExpressionSource } from '../../expression/reporter.ts'
import { sourcePositions } from './scalar-positions.ts'

export type MappingCode = keyof typeof mappingCodes

/** 256 KiB: far beyond any mapping that a person would review. */
const textLengthMax = 262_144
const warnings: ReadonlySet<MappingCode> = new Set(['FW2311'])

export interface Located<T> {
  readonly value: T
  readonly place: Place
}

export class YamlReader {
  readonly problems: Problem[] = []
  readonly root: Node | null
  private readonly text: string
  private readonly file: string
  private readonly lines = new LineCounter()

  constructor(source: { readonly text: string; readonly file: string }) {
    this.text = source.text.startsWith('\ufeff') ? source.text.slice(1) : source.text
    this.file = source.file
    this.root = this.parse()
  }

  /** Notes a mistake at a node (or a range) and gives null. */
  complain(
    code: MappingCode,
    at: Node | Place | null,
    what: { readonly message: string; readonly hint?: string },
  ): null {
    const { name } = mappingCodes[code]
    const place = at === null ? this.range(0, 1) : 'line' in at ? at : this.placeOf(at)
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
    for (const [key, { keyNode }] of entries) {
      if (shape.keys.includes(key)) continue
      this.complain('FW2003', keyNode, {
        message: `unknown key '${key}' in ${shape.what}`,
        hint: suggestion(key, shape.keys),
      })
      entries.delete(key)
    }
    for (const key of shape.required ?? []) {
      if (node !== null && !entries.has(key))
        this.complain('FW2004', node, { message: `${shape.what} has no '${key}'` })
    }
    return new Map([...entries].map(([key, { value }]) => [key, value]))
  }

  has(node: Node, key: string): boolean {
    return isMap(node) && node.has(key)
  }

  /** The entries of a map whose keys are names that the author chooses. */
  named(node: Node | null, what: string): Map<string, Node> {
    return new Map([...this.entries(node, what)].map(([key, { value }]) => [key, value]))
  }

  /** The same, where a value may be null and a key has a place of its own. */
  cells(node: Node | null, what: string): Map<string, { readonly keyNode: Node; readonly value: Node }> {
    return this.entries(node, what, 'taken')
  }

  private entries(
    node: Node | null,
    what: string,
    nulls: 'refused' | 'taken' = 'refused',
  ): Map<string, { keyNode: Node; value: Node }> {
    const entries = new Map<string, { keyNode: Node; value: Node }>()
    if (node === null) return entries
    if (!isMap(node)) {
      this.complain('FW2005', node, { message: `${what} must be a map, found ${kindOf(node)}` })
      return entries
    }
    for (const { key, value } of (node as YAMLMap<Node, Node | null>).items) {
      const name = isScalar(key) ? scalarText(key) : ''
      if (value === null || (isNull(value) && (nulls === 'refused' || value.source === ''))) {
        this.complain('FW2005', key, { message: `'${name}' has no value` })
      } else entries.set(name, { keyNode: key, value })
    }
    return entries
  }

  list(node: Node | undefined, what: string): Node[] {
    if (node === undefined) return []
    if (isSeq<Node>(node)) return node.items
    this.complain('FW2005', node, { message: `${what} must be a list, found ${kindOf(node)}` })
    return []
  }

  /** One value, or a list of them. */
  oneOrMore(node: Node | undefined): Node[] {
    if (node === undefined) return []
    return isSeq<Node>(node) ? node.items : [node]
  }

  /** A scalar as text, whatever YAML thinks that it looks like. */
  string(node: Node | undefined, what: string): Located<string> | null {
    if (node === undefined) return null
    if (isScalar(node) && node.value !== null) return { value: scalarText(node), place: this.placeOf(node) }
    return this.complain('FW2005', node, { message: `${what} must be a text, found ${kindOf(node)}` })
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
    const found = this.string(node, what)
    if (found === null || node === undefined) return null
    const value = Number(found.value)
    if (/^\d+$/.test(found.value) && value >= bounds[0] && value <= bounds[1]) return value
    return this.complain('FW2007', node, {
      message: `${what} must be a whole number from ${bounds[0]} to ${bounds[1]}`,
    })
  }

  /** An expression: quoted, or one simple path. */
  expression(node: Node | undefined, what: string): ExpressionSource | null {
    if (node === undefined) return null
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

  private sourceOf(node: Node): string {
    const [start = 0, end = start] = node.range ?? []
    return this.text.slice(start, end).split('\n')[0] ?? ''
  }

  private parse(): Node | null {
    if (this.text.length > textLengthMax) {
      return this.complain('FW2002', null, {
        message: `the file has ${this.text.length} characters, at most ${textLengthMax} are read`,
      })
    }
    const documents = parseAllDocuments(this.text, {
      lineCounter: this.lines,
      uniqueKeys: true,
      merge: false,
      version: '1.2',
    })
    if (!Array.isArray(documents) || documents.length === 0) return null
    const [document, second] = documents
    if (second !== undefined) {
      this.complain('FW2002', this.range(second.range[0], second.range[0] + 3), {
        message: 'a second document in one file is not read',
      })
    }
    for (const error of [...(document?.errors ?? []), ...(document?.warnings ?? [])]) {
      const message = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? ''
      this.complain(error.code === 'TAG_RESOLVE_FAILED' ? 'FW2002' : 'FW2001', this.range(error.pos[0], error.pos[1]), {
        message,
      })
    }
    const contents = document?.contents ?? null
    if (contents !== null) this.refuseFeatures(contents)
    return contents
  }

  private refuseFeatures(contents: Node): void {
    visit(contents, (_key, node) => {
      if (isAlias(node)) this.complain('FW2002', node, { message: 'an alias (*) is not read' })
      else if (isScalar(node) || isMap(node) || isSeq(node)) {
        if (node.anchor !== undefined) this.complain('FW2002', node, { message: 'an anchor (&) is not read' })
        if (isScalar(node) && node.value === '<<' && node.type === 'PLAIN') {
          this.complain('FW2002', node, { message: 'a merge key (<<) is not read' })
        }
        // The one tag that people write by accident is the `!` of an unquoted negation.
        if (node.tag?.startsWith('!') === true) {
          this.complain('FW2006', node, {
            message: `YAML reads ${node.tag} as a tag`,
            hint: `write ${quoted(node.tag + (isScalar(node) ? ` ${scalarText(node)}`.trimEnd() : ''))}`,
          })
        }
      }
    })
  }
}

export const isNull = (node: Node): node is Scalar<null> => isScalar(node) && node.value === null

const quoted = (text: string): string => JSON.stringify(text.trim())

export function scalarText(node: Scalar): string {
  if (typeof node.value === 'string') return node.value
  return node.source ?? ''
}

export function kindOf(node: Node): string {
  if (isMap(node)) return 'a map'
  if (isSeq(node)) return 'a list'
  return isScalar(node) && node.value === null ? 'nothing' : 'a scalar'
}
