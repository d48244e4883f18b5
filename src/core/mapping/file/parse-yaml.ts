/** YAML text to its tree, or to what is wrong with it; what YAML reads in a way that nobody expects is refused. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, visit, type YAMLError } from 'yaml'
import type { MappingCode } from './mapping-code.ts'

/** 256 KiB: far beyond any mapping that a person would review. */
const bytesMax = 262_144

export interface YamlMistake {
  readonly code: MappingCode
  /** Positions in the text. */
  readonly start: number
  readonly end: number
  readonly message: string
  readonly hint?: string
}

export interface ParsedYaml {
  /** Null when there is nothing that could be read further. */
  readonly root: Node | null
  readonly lines: LineCounter
  readonly mistakes: readonly YamlMistake[]
}

export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter()
  const refused = (mistake: Omit<YamlMistake, 'code'>, code: MappingCode): ParsedYaml => ({
    root: null,
    lines,
    mistakes: [{ code, ...mistake }],
  })
  const bytes = Buffer.byteLength(text)
  if (bytes > bytesMax) {
    return refused({ start: 0, end: 1, message: `the file has ${bytes} bytes, at most ${bytesMax} are read` }, 'FW2002')
  }
  // Equal keys are found by the reader, to which 1 and "1" are one.
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, merge: false, version: '1.2' })
  const [document, second] = documents
  const root = document?.contents ?? null
  const [error] = (document?.errors ?? []).filter(({ code }) => code !== 'TAG_RESOLVE_FAILED')
  // After a mistake of syntax the tree is a guess: anything said of it would mislead.
  if (error !== undefined) return refused(syntaxMistake(error, text), 'FW2001')
  if (root === null) return refused({ start: 0, end: 1, message: 'the file is empty' }, 'FW2004')
  const mistakes = refusedFeatures(root, text)
  if (second !== undefined) {
    const [start] = second.range
    mistakes.push({ code: 'FW2002', start, end: start + 3, message: 'a second document in one file is not read' })
  }
  return { root, lines, mistakes }
}

function syntaxMistake(error: YAMLError, text: string): Omit<YamlMistake, 'code'> {
  const [start, end] = error.pos
  const message = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? 'not YAML'
  const value = unquotedValue(text, start)
  return { start, end, message, ...(value !== null && { hint: `an expression stands in quotes: ${quoted(value)}` }) }
}

/** The value on the line of a mistake, where it looks like an expression that somebody forgot to quote. */
function unquotedValue(text: string, position: number): string | null {
  const start = text.lastIndexOf('\n', position - 1) + 1
  const [line = ''] = text.slice(start).split('\n', 1)
  const [, value = ''] = /^\s*(?:- +)*[A-Za-z_][\w.-]*:\s+([^"'\s{[#][^\r]*?)\s*$/.exec(line) ?? []
  return /[!&|?<>=+*%(]/.test(value) ? value : null
}

function refusedFeatures(root: Node, text: string): YamlMistake[] {
  const mistakes: YamlMistake[] = []
  visit(root, (_key, node) => {
    if (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node)) return
    const [start = 0, end = start + 1] = node.range ?? []
    const feature = (message: string, length: number, at = start): void => {
      mistakes.push({ code: 'FW2002', start: at, end: at + length, message })
    }
    if (isAlias(node)) feature('an alias (*) is not read', node.source.length + 1)
    else if (node.anchor !== undefined) {
      feature('an anchor (&) is not read', node.anchor.length + 1, text.lastIndexOf(`&${node.anchor}`, start))
    }
    if (isScalar(node) && node.value === '<<' && node.type === 'PLAIN') feature('a merge key (<<) is not read', 2)
    if (!isAlias(node) && node.tag !== undefined) mistakes.push(refusedTag(node.tag, text, { start, end }))
  })
  return mistakes
}

/** The one tag that people write by accident is the `!` of an unquoted negation. */
function refusedTag(tag: string, text: string, { start, end }: { start: number; end: number }): YamlMistake {
  const at = Math.max(0, text.lastIndexOf('!', Math.max(0, start - 1)))
  const [written = ''] = text.slice(at, Math.max(start, end)).split('\n', 1)
  const length = Math.max(1, written.trimEnd().length)
  if (tag.startsWith('tag:')) {
    const name = /^\S*/.exec(written)?.[0] ?? ''
    const begins = text[at - 1] === '!' ? at - 1 : at
    return { code: 'FW2002', start: begins, end: at + name.length, message: 'a tag (!) is not read' }
  }
  return {
    code: 'FW2006',
    start: at,
    end: at + length,
    message: `YAML reads ${tag} as a tag`,
    hint: `write ${quoted(written)}`,
  }
}

/** In YAML's double quotes. */
export const quoted = (text: string): string => JSON.stringify(text.trim())
