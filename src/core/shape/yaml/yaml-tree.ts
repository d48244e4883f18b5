/** YAML text to its tree; what YAML reads in a way that nobody expects is refused. */
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml'
import { parseYaml, type ParsedYaml } from './parse-yaml.ts'
import { depthMax, type Mistake, type ParsedTree, type Path, type Spot, type Tree, type TreeEntry } from '../tree.ts'

/** An empty text is nothing. */
export function parseYamlTree(text: string): ParsedTree {
  const parsed = parsedOrTooDeep(text)
  if (parsed === null) return { kind: 'mistakes', mistakes: [tooDeep(start)] }
  if (parsed.kind === 'mistakes') return parsed
  if (parsed.root === null) return { kind: 'tree', tree: { kind: 'nothing', isWritten: false, spot: start } }
  const deep: Mistake[] = []
  const tree = treeOf(parsed.root, { path: [], deep })
  return deep.length === 0 ? { kind: 'tree', tree } : { kind: 'mistakes', mistakes: deep }
}

const start: Spot = { path: [], start: 0, end: 1 }
const tooDeep = (spot: Spot): Mistake => ({ spot, fault: 'feature', message: `nested deeper than ${depthMax}` })

/** The parser recurses as deep as the text does, which its size alone does not bound. */
function parsedOrTooDeep(text: string): ParsedYaml | null {
  try {
    return parseYaml(text)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

interface Way {
  readonly path: Path
  readonly deep: Mistake[]
}

function treeOf(node: Node, { path, deep }: Way): Tree {
  const [from, end] = node.range ?? [0, 0]
  const spot: Spot = { path, start: from, end }
  if (path.length > depthMax) {
    deep.push(tooDeep(spot))
    return { kind: 'nothing', isWritten: false, spot }
  }
  if (isMap<Node, Node | null>(node)) return { kind: 'map', entries: entriesOf(node, { path, deep }), spot }
  if (isSeq<Node>(node)) {
    return { kind: 'list', items: node.items.map((item, at) => treeOf(item, { path: [...path, at], deep })), spot }
  }
  if (!isScalar(node) || node.value === null) return { kind: 'nothing', isWritten: true, spot }
  return { kind: 'scalar', type: 'any', text: scalarText(node), spot }
}

const entriesOf = (node: YAMLMap<Node, Node | null>, { path, deep }: Way): readonly TreeEntry[] =>
  node.items.map(({ key, value }) => {
    const name = isScalar(key) ? scalarText(key) : ''
    const below = [...path, name]
    const [from, end] = key.range ?? [0, 0]
    const keySpot = { path: below, start: from, end }
    // What is not there stands nowhere: its key does.
    const isMissing = value === null || (isScalar(value) && value.value === null && value.source === '')
    return {
      key: name,
      keySpot,
      value: isMissing ? { kind: 'nothing', isWritten: false, spot: keySpot } : treeOf(value, { path: below, deep }),
    }
  })

/** As it is written, whatever YAML thinks that it looks like. */
const scalarText = ({ value, source }: { readonly value: unknown; readonly source?: string }): string =>
  typeof value === 'string' ? value : (source ?? '')
