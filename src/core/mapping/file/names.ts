/** Texts and names that authors choose: of mappings and topics, and those that expressions use. */
import { parseExpression, SyntaxProblem } from '../../expression/syntax/syntax.ts'
import { list } from '../../shape/composites.ts'
import { placed, type Placed, refine } from '../../shape/modifiers.ts'
import { custom, refusal } from '../../shape/scalars.ts'
import type { Shape } from '../../shape/shape.ts'

export type Located<T> = Placed<T>

/** A scalar as text, whatever YAML thinks that it looks like. */
export const text: Shape<string> = custom('a text', (written) =>
  written.includes('\0') ? refusal('has a NUL character (U+0000), which no text may have') : written,
)

export const locatedText: Shape<Located<string>> = placed(text)

/** A text for people, which says something. */
export const words: Shape<string> = refine(text, (written, complain) =>
  written.trim() === '' ? complain([], 'is empty') : written,
)

/** What Kafka, files and URLs all take. */
const namePattern = /^[a-z0-9][a-z0-9._-]{0,199}$/

/** Of a mapping or a topic. One that is none is reported, and stands for itself all the same. */
export const name: Shape<Located<string>> = {
  ...placed(
    refine(text, (written, complain) => {
      const hint = 'lower-case letters, digits, dot, underscore and hyphen, at most 200'
      if (!namePattern.test(written)) complain([], `'${written}' is not a name`, hint)
      return written
    }),
  ),
  form: { kind: 'text', what: 'a name', pattern: namePattern.source },
}

/** What a draft says in place of who answers for it; somebody has to be named before it is registered. */
export const unnamedOwner = 'to-be-named'

/** Names that every rule has, in this version or a later one. */
export const ownNames: readonly string[] = ['before', 'after', 'row', 'meta', 'group', 'rows']

export const sharedNames = 'with aliases, lets, codes and look-ups share their names'

/** A name that expressions can use. One that they cannot is reported, and stands for itself all the same. */
export const variable: Shape<string> = {
  ...refine(text, (written, complain) => {
    if (ownNames.includes(written)) {
      complain([], { fault: 'taken', message: `'${written}' is a name that every rule has` })
    } else if (!isVariable(written)) {
      const hint = 'letters, digits and underscore, and no word of CEL such as in, if, let'
      complain([], `'${written}' cannot be used in an expression`, hint)
    }
    return written
  }),
  form: { kind: 'text', what: 'a name', pattern: '^[A-Za-z_]\\w*$' },
}

function isVariable(written: string): boolean {
  try {
    const node = parseExpression(written)
    return node.kind === 'name' && node.name === written
  } catch (error) {
    if (error instanceof SyntaxProblem) return false
    throw error
  }
}

/** Each once, at least one. */
export const namesOnce: Shape<readonly Located<string>[]> = refine(list(locatedText, 1), (names, complain) => {
  for (const [at, { value }] of names.entries()) {
    const isRepeated = names.findIndex((other) => other.value === value) < at
    if (isRepeated) complain([at], { fault: 'taken', message: `'${value}' is there twice` })
  }
  return names
})
