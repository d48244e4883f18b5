import { parseJson } from '../../../src/core/shape/json/json-tree.ts'
import { readParsed, type Shape } from '../../../src/core/shape/shape.ts'
import { type ParsedTree, placeIn } from '../../../src/core/shape/tree.ts'
import { parseYamlTree } from '../../../src/core/shape/yaml/yaml-tree.ts'

/** The value that a shape reads, or its complaints, each with line and column. */
export function readText<T>(
  shape: Shape<T>,
  text: string,
  parse: (text: string) => ParsedTree,
): T | { readonly mistakes: readonly string[] } {
  const read = readParsed(shape, parse(text))
  if (read.kind === 'value') return read.value
  const placeOf = placeIn({ text, file: '' })
  return {
    mistakes: read.mistakes.map(({ spot, message, hint }) => {
      const { line, column } = placeOf(spot)
      return `${line}:${column} ${message}${hint === undefined ? '' : `; ${hint}`}`
    }),
  }
}

export const fromYaml = <T>(shape: Shape<T>, text: string) => readText(shape, text, parseYamlTree)
export const fromJson = <T>(shape: Shape<T>, text: string) => readText(shape, text, parseJson)
