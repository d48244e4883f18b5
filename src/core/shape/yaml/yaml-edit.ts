/** Changes to the text of a YAML file at the nodes of its tree: comments, order and form of everything else stay. */
import type { Tree, TreeList, TreeMap } from '../tree.ts'
import { scalarStyle } from './scalar-positions.ts'
import { yamlName } from './yaml-text.ts'

export interface TextEdit {
  readonly start: number
  /** Exclusive; equal to `start` where nothing is taken away. */
  readonly end: number
  readonly text: string
}

/** The text with all edits, which do not overlap, whatever their order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let at = 0
  const parts: string[] = []
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(at, edit.start), edit.text)
    at = edit.end
  }
  return parts.join('') + text.slice(at)
}

/** A node with another one in its place, which is written on one line. */
export function replaced(text: string, node: Tree, by: string): TextEdit {
  const { start } = node.spot
  const end = endOf(node, text)
  if (node.kind === 'nothing' && !node.isWritten) {
    return { start: end, end, text: text[end - 1] === ':' ? ` ${by}` : `: ${by}` }
  }
  const above = text.slice(0, start).trimEnd()
  // What stood below its key, and is one line now, stands beside it.
  const isBelowKey = node.kind !== 'scalar' && above.endsWith(':') && text.slice(above.length, start).includes('\n')
  return isBelowKey ? { start: above.length, end, text: ` ${by}` } : { start, end, text: by }
}

/** A map with more entries, behind the last one; each value is written on one line. */
export function withEntries(text: string, map: TreeMap, added: Readonly<Record<string, string>>): readonly TextEdit[] {
  const entries = Object.entries(added).map(([name, value]) => `${yamlName(name)}: ${value}`)
  const last = map.entries.at(-1)
  if (last === undefined) return [{ start: map.spot.start, end: map.spot.end, text: `{${entries.join(', ')}}` }]
  const end = endOf(last.value, text)
  return entries.map((entry) =>
    isFlow(map, text)
      ? { start: end, end, text: `, ${entry}` }
      : lineBehind(text, end, columnOf(text, map.spot.start), entry),
  )
}

/** Items of a list by their index, in the order that they have, and new ones, each on one line. */
export type NewItems = readonly (number | string)[]

/** The list at a key of a map, of which some items are kept, and some are new. */
export function withItems(text: string, { map, key }: KeyedList, items: NewItems): readonly TextEdit[] {
  const entry = map.entries.find((one) => one.key === key)
  if (entry?.value.kind !== 'list') return []
  const list = entry.value
  if (items.some((item) => typeof item === 'number')) {
    return isFlow(list, text) ? flowEdits(text, list, items) : blockEdits(text, list, items)
  }
  const isOneLine = items.length < 2 || isFlow(map, text)
  if (isOneLine) return [replaced(text, list, `[${items.join(', ')}]`)]
  const column = indent(columnOf(text, entry.keySpot.start) + 2)
  const lines = items.map((item) => `${lineBreak(text)}${column}- ${item}`).join('')
  return [{ ...replaced(text, list, ''), start: text.indexOf(':', entry.keySpot.end) + 1, text: lines }]
}

interface KeyedList {
  readonly map: TreeMap
  readonly key: string
}

function flowEdits(text: string, { items }: TreeList, wanted: NewItems): TextEdit[] {
  const kept = new Set(wanted)
  const edits: TextEdit[] = []
  for (const [at, item] of items.entries()) {
    if (kept.has(at)) continue
    const next = items[at + 1]
    const before = items.slice(0, at).findLastIndex((_one, index) => kept.has(index))
    const isLastRun = items.every((_one, index) => index < at || !kept.has(index))
    const previous = items[at - 1]
    edits.push(
      isLastRun && before !== -1 && previous !== undefined
        ? { start: endOf(previous, text), end: endOf(item, text), text: '' }
        : { start: item.spot.start, end: next?.spot.start ?? endOf(item, text), text: '' },
    )
  }
  for (const { text: added, nextKept, lastKept } of addedItems(wanted)) {
    const next = nextKept === null ? undefined : items[nextKept]
    const last = items[lastKept ?? 0]
    if (next !== undefined) edits.push({ start: next.spot.start, end: next.spot.start, text: `${added}, ` })
    else if (last !== undefined) edits.push({ start: endOf(last, text), end: endOf(last, text), text: `, ${added}` })
  }
  return edits
}

function blockEdits(text: string, list: TreeList, wanted: NewItems): TextEdit[] {
  const column = columnOf(text, list.spot.start)
  const kept = new Set(wanted)
  const edits = list.items.flatMap((item, at): TextEdit[] =>
    kept.has(at) ? [] : [{ start: dashLine(text, item, column), end: lineEnd(text, endOf(item, text)) + 1, text: '' }],
  )
  for (const { text: added, nextKept, lastKept } of addedItems(wanted)) {
    const next = nextKept === null ? undefined : list.items[nextKept]
    const last = list.items[lastKept ?? 0]
    if (next !== undefined) {
      const start = dashLine(text, next, column)
      edits.push({ start, end: start, text: `${indent(column)}- ${added}${lineBreak(text)}` })
    } else if (last !== undefined) edits.push(lineBehind(text, endOf(last, text), column, `- ${added}`))
  }
  return edits
}

interface AddedItem {
  readonly text: string
  readonly lastKept: number | null
  /** Null: no item that is kept stands behind it. */
  readonly nextKept: number | null
}

const addedItems = (wanted: NewItems): readonly AddedItem[] =>
  wanted.flatMap((item, at): AddedItem[] => {
    if (typeof item === 'number') return []
    const isKept = (one: number | string): one is number => typeof one === 'number'
    return [
      {
        text: item,
        lastKept: wanted.slice(0, at).findLast(isKept) ?? null,
        nextKept: wanted.slice(at).find(isKept) ?? null,
      },
    ]
  })

const isFlow = ({ spot }: TreeMap | TreeList, text: string): boolean => '{['.includes(text[spot.start] ?? ' ')

/** Where a node's own text ends: before the comments and line breaks that follow it. */
function endOf(node: Tree, text: string): number {
  const { start, end } = node.spot
  if (node.kind === 'nothing' && !node.isWritten) return end + (/^[ \t]*:/.exec(text.slice(end))?.[0].length ?? 0)
  if ((node.kind === 'map' || node.kind === 'list') && !isFlow(node, text)) {
    const last = node.kind === 'map' ? node.entries.at(-1)?.value : node.items.at(-1)
    return last === undefined ? end : endOf(last, text)
  }
  const isBlock = node.kind === 'scalar' && scalarStyle(node.spot, text) === 'block'
  return isBlock ? start + text.slice(start, end).trimEnd().length : end
}

const columnOf = (text: string, position: number): number => position - text.lastIndexOf('\n', position - 1) - 1

/** Where the line of an item's dash begins. */
function dashLine(text: string, { spot }: Tree, column: number): number {
  let start = spot.start - columnOf(text, spot.start)
  while (start > 0 && !/^-(\s|$)/.test(text.slice(start + column, start + column + 2))) {
    start = start - 1 - columnOf(text, start - 1)
  }
  return start
}

function lineEnd(text: string, position: number): number {
  const found = text.indexOf('\n', position)
  return found === -1 ? text.length : found
}

/** A line of its own behind the one that a position is in. */
function lineBehind(text: string, position: number, column: number, line: string): TextEdit {
  const end = lineEnd(text, position)
  const at = text[end - 1] === '\r' ? end - 1 : end
  return { start: at, end: at, text: `${lineBreak(text)}${indent(column)}${line}` }
}

const indent = (column: number): string => ' '.repeat(column)

const lineBreak = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')
