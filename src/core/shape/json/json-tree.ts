/** JSON text to its tree: numbers as they are written, equal keys kept, every node with its place. */
import { depthMax, type Mistake, type ParsedTree, type Path, type Spot, type Tree, type TreeEntry } from '../tree.ts'

/** 32 MiB: more than Kafka takes in a record, and than a catalog of ten thousand tables. */
const lengthMax = 33_554_432

/** Reads exactly the JSON that `JSON.parse` reads; ends at the first mistake. */
export function parseJson(text: string): ParsedTree {
  if (text.length > lengthMax)
    return refused(`the text has ${text.length} characters, at most ${lengthMax} are read`, 0)
  try {
    return { kind: 'tree', tree: new JsonScanner(text).document() }
  } catch (error) {
    if (error instanceof NotJson) return refused(error.message, error.at)
    throw error
  }
}

function refused(message: string, at: number): ParsedTree {
  const mistake: Mistake = { spot: { path: [], start: at, end: at + 1 }, fault: 'syntax', message }
  return { kind: 'mistakes', mistakes: [mistake] }
}

class NotJson extends Error {
  readonly at: number

  constructor(what: string, at: number) {
    super(`not JSON: ${what}`)
    this.at = at
  }
}

const word = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const blank = /[ \t\r\n]*/y

class JsonScanner {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  document(): Tree {
    const tree = this.value([])
    if (this.next() !== '') throw this.unexpected('the end')
    return tree
  }

  private value(path: Path): Tree {
    const character = this.next()
    const start = this.at
    if (path.length > depthMax) throw new NotJson(`nested deeper than ${depthMax}`, start)
    const spot = (): Spot => ({ path, start, end: this.at })
    if (character === '{') return { kind: 'map', entries: this.entries(path), spot: spot() }
    if (character === '[') return { kind: 'list', items: this.items(path), spot: spot() }
    if (character === '"') return { kind: 'scalar', type: 'text', text: this.string(), spot: spot() }
    word.lastIndex = start
    const [written] = word.exec(this.text) ?? []
    if (written === undefined) throw this.unexpected('a value')
    this.at += written.length
    if (written === 'null') return { kind: 'nothing', isWritten: true, spot: spot() }
    return { kind: 'scalar', type: /^[tf]/.test(written) ? 'bool' : 'number', text: written, spot: spot() }
  }

  private entries(path: Path): readonly TreeEntry[] {
    const entries: TreeEntry[] = []
    this.at += 1
    if (this.take('}')) return entries
    do {
      if (this.next() !== '"') throw this.unexpected('a key in quotes')
      const start = this.at
      const key = this.string()
      const below = [...path, key]
      const keySpot = { path: below, start, end: this.at }
      if (!this.take(':')) throw this.unexpected("':'")
      entries.push({ key, keySpot, value: this.value(below) })
    } while (this.take(','))
    if (!this.take('}')) throw this.unexpected("',' or '}'")
    return entries
  }

  private items(path: Path): readonly Tree[] {
    const items: Tree[] = []
    this.at += 1
    if (this.take(']')) return items
    do items.push(this.value([...path, items.length]))
    while (this.take(','))
    if (!this.take(']')) throw this.unexpected("',' or ']'")
    return items
  }

  private string(): string {
    const start = this.at
    let end = start
    do {
      end = this.text.indexOf('"', end + 1)
      if (end < 0) throw new NotJson('a text that does not end', start)
    } while (this.isEscaped(end))
    this.at = end + 1
    try {
      return JSON.parse(this.text.slice(start, this.at)) as string
    } catch {
      throw new NotJson('a text with a line break, a control character or an unknown escape', start)
    }
  }

  private isEscaped(position: number): boolean {
    let before = position
    while (this.text[before - 1] === '\\') before -= 1
    return (position - before) % 2 === 1
  }

  /** The next character that is no white space; nothing at the end. */
  private next(): string {
    blank.lastIndex = this.at
    blank.exec(this.text)
    this.at = blank.lastIndex
    return this.text[this.at] ?? ''
  }

  private take(character: string): boolean {
    if (this.next() !== character) return false
    this.at += 1
    return true
  }

  private unexpected(expected: string): NotJson {
    const found = this.text[this.at]
    return new NotJson(`expected ${expected}, got ${found === undefined ? 'the end' : JSON.stringify(found)}`, this.at)
  }
}
