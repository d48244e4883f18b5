/** Places in a JSON file: JSON is YAML as far as such files go, and the YAML parser knows where nodes stand. */
import { isNode, LineCounter, parseDocument } from 'yaml'
import type { JsonPath } from './json-object.ts'
import type { Place } from './problem.ts'

/** The place of the deepest node on a path. */
export function jsonLocator(text: string, file: string): (path: JsonPath) => Place {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false })
  return (path) => {
    for (let depth = path.length; depth >= 0; depth--) {
      const node: unknown = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true)
      if (!isNode(node) || !node.range) continue
      const [start, end] = node.range
      const { line, col } = lines.linePos(start)
      const stop = text.indexOf('\n', start)
      const length = Math.min(end, stop < 0 ? text.length : stop) - start
      return { file, line, column: col, length: Math.max(1, length) }
    }
    return { file, line: 1, column: 1, length: 1 }
  }
}
