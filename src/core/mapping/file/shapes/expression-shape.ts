/** An expression in YAML: in quotes, or one simple path; everything else YAML reads in its own way. */
import type { ExpressionSource } from '../../../expression/syntax/reporter.ts'
import type { Form } from '../../../shape/form.ts'
import { complainOfForm, type Reading, said, type Shape, type Wrong } from '../../../shape/shape.ts'
import type { Tree, TreeScalar } from '../../../shape/tree.ts'
import { quoted } from '../../../shape/yaml/parse-yaml.ts'
import { scalarStyle, sourcePositions } from '../../../shape/yaml/scalar-positions.ts'

const form: Form = { kind: 'quoted', what: 'an expression in quotes' }

export const expression: Shape<ExpressionSource> = {
  form,
  read: (tree, reading) => {
    if (tree.kind === 'nothing') return complainOfForm(tree, form, reading)
    if (tree.kind !== 'scalar')
      return complainOfQuotes(tree, reading, `is an expression, YAML reads it as a ${tree.kind}`)
    if (scalarStyle(tree.spot, reading.text) === 'plain' && !/^[A-Za-z_][\w.]*$/.test(tree.text)) {
      return complainOfQuotes(tree, reading, 'is an expression without quotes')
    }
    return sourceOf(tree, reading)
  },
}

/** The same, where a number, true or false may be meant as a constant. */
export const fieldExpression: Shape<ExpressionSource> = {
  form,
  read: (tree, reading) => {
    const isConstant = tree.kind === 'scalar' && /^(true|false|[-+]?\.?\d[\w.+-]*)$/.test(tree.text)
    if (!isConstant || scalarStyle(tree.spot, reading.text) !== 'plain') return expression.read(tree, reading)
    return complainOfQuotes(tree, reading, 'is an expression without quotes', `, or {const: ${tree.text}}`)
  },
}

/** `more`: what else it may be than a text in quotes. */
export function complainOfQuotes(tree: Tree, reading: Reading, message: string, more = ''): Wrong {
  const hint = `write ${quoted(written(tree, reading))}${more}`
  return reading.complain(tree.spot, { fault: 'unquoted', message: said(tree.spot.path, message), hint })
}

/** As far as its first line goes, with what YAML takes for a comment. */
function written({ kind, spot: { start, end } }: Tree, { text }: Reading): string {
  const [line = ''] = text.slice(start, end).split('\n', 1)
  const comment = /^[ \t]+#[^\r\n]*/.exec(text.slice(end))?.[0] ?? ''
  return kind === 'scalar' ? `${line}${comment}` : line
}

function sourceOf(tree: TreeScalar, { text, placeOf }: Reading): ExpressionSource {
  const positions = sourcePositions(tree, text)
  return {
    text: tree.text,
    place: (start, end) =>
      placeOf({ ...tree.spot, start: positions(start), end: positions(Math.max(start, end - 1)) + 1 }),
  }
}
