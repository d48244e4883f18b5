/** Names that authors choose: of mappings and topics, and those that expressions use. */
import type { Node } from 'yaml'
import { parseExpression, SyntaxProblem } from '../../expression/syntax/syntax.ts'
import type { Located, YamlReader } from './yaml-reader.ts'

/** What Kafka, files and URLs all take. */
const namePattern = /^[a-z0-9][a-z0-9._-]{0,199}$/

export function checkName(reader: YamlReader, name: Located<string>, what: string): void {
  if (namePattern.test(name.value)) return
  reader.complain('FW2007', name.place, {
    message: `${what} '${name.value}' is not a name`,
    hint: 'lower-case letters, digits, dot, underscore and hyphen, at most 200',
  })
}

/** Names that every rule has, in this version or a later one. */
export const ownNames: readonly string[] = ['before', 'after', 'row', 'meta', 'group', 'rows']

export const sharedNames = 'with aliases, lets, codes and look-ups share their names'

/** A name that expressions can use. */
export function checkVariable(reader: YamlReader, name: string, node: Node): void {
  if (ownNames.includes(name)) {
    reader.complain('FW2313', node, { message: `'${name}' is a name that every rule has` })
  } else if (!isVariable(name)) {
    reader.complain('FW2007', node, {
      message: `'${name}' cannot be used in an expression`,
      hint: 'letters, digits and underscore, and no word of CEL such as in, if, let',
    })
  }
}

function isVariable(name: string): boolean {
  try {
    const node = parseExpression(name)
    return node.kind === 'name' && node.name === name
  } catch (error) {
    if (error instanceof SyntaxProblem) return false
    throw error
  }
}
