/** YAML text to its tree, or to what is wrong with it; what YAML reads in a way that nobody expects is refused. */
import { isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments, visit, type YAMLError } from 'yaml'
import type { Mistake, ParsedTree } from '../tree.ts'

/** 256 KiB: far beyond any mapping that a person would review. */
const bytesMax = 262_144

export type ParsedYaml =
  /** Null: there is nothing in it. */
  { readonly kind: 'root'; readonly root: Node | null } | Extract<ParsedTree, { kind: 'mistakes' }>

interface Range {
  readonly start: number
  readonly end: number
}

export function parseYaml(text: string): ParsedYaml {
  const bytes = Buffer.byteLength(text)
  if (bytes > bytesMax) {
    const message = `the file has ${bytes} bytes, at most ${bytesMax} are read`
    return { kind: 'mistakes', mistakes: [mistake({ start: 0, end: 1 }, 'feature', message)] }
  }
  // Equal keys are found by what reads the tree, to which 1 and "1" are one.
  const [document, second] = parseAllDocuments(text, { uniqueKeys: false, merge: false, version: '1.2' })
  const root = document?.contents ?? null
  const [error] = (document?.errors ?? []).filter(({ code }) => code !== 'TAG_RESOLVE_FAILED')
  // After a mistake of syntax the tree is a guess: anything said of it would mislead.
  if (error !== undefined) return { kind: 'mistakes', mistakes: [syntaxMistake(error, text)] }
  const mistakes = root === null ? [] : refusedFeatures(root, text)
  if (second !== undefined) {
    const [start] = second.range
    mistakes.push(mistake({ start, end: start + 3 }, 'feature', 'a second document in one file is not read'))
  }
  return mistakes.length > 0 ? { kind: 'mistakes', mistakes } : { kind: 'root', root }
}

const mistake = ({ start, end }: Range, fault: Mistake['fault'], message: string): Mistake => ({
  spot: { path: [], start, end },
  fault,
  message,
})

function syntaxMistake(error: YAMLError, text: string): Mistake {
  const [start, end] = error.pos
  const message = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? 'not YAML'
  const value = unquotedValue(text, start)
  const found = mistake({ start, end }, 'syntax', message)
  return value === null ? found : { ...found, hint: `an expression stands in quotes: ${quoted(value)}` }
}

/** The value on the line of a mistake, where it looks like an expression that somebody forgot to quote. */
function unquotedValue(text: string, position: number): string | null {
  const start = text.lastIndexOf('\n', position - 1) + 1
  const [line = ''] = text.slice(start).split('\n', 1)
  const [, value = ''] = /^\s*(?:- +)*[A-Za-z_][\w.-]*:\s+([^"'\s{[#][^\r]*?)\s*$/.exec(line) ?? []
  return /[!&|?<>=+*%(]/.test(value) ? value : null
}

function refusedFeatures(root: Node, text: string): Mistake[] {
  const mistakes: Mistake[] = []
  visit(root, (_key, node) => {
    if (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node)) return
    const [start = 0, end = start + 1] = node.range ?? []
    const feature = (message: string, length: number, at = start): void => {
      mistakes.push(mistake({ start: at, end: at + length }, 'feature', message))
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
function refusedTag(tag: string, text: string, { start, end }: Range): Mistake {
  const at = Math.max(0, text.lastIndexOf('!', Math.max(0, start - 1)))
  const [written = ''] = text.slice(at, Math.max(start, end)).split('\n', 1)
  const length = Math.max(1, written.trimEnd().length)
  if (tag.startsWith('tag:')) {
    const name = /^\S*/.exec(written)?.[0] ?? ''
    const begins = text[at - 1] === '!' ? at - 1 : at
    return mistake({ start: begins, end: at + name.length }, 'feature', 'a tag (!) is not read')
  }
  const range = { start: at, end: at + length }
  return { ...mistake(range, 'unquoted', `YAML reads ${tag} as a tag`), hint: `write ${quoted(written)}` }
}

/** In YAML's double quotes. */
export const quoted = (text: string): string => JSON.stringify(text.trim())
