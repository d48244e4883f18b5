/** Values inside of JSON, which is parsed only where an expression asks for it. */
import type { Value } from '../../../values/value.ts'
import { ValueError } from '../../../values/value-error.ts'
import { asText, constantText, type FunctionDeclaration, refused, resolved } from '../declaration.ts'

const nullableText = { type: { kind: 'string' }, nullable: true } as const

export const jsonFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'json',
    summary:
      'The text of what is at a constant path in JSON, or null; with [*] a list of all elements; class decode for no JSON.',
    parameters: [{ name: 'x', kinds: ['json', 'string'] }, constantText('path')],
    examples: [
      [`json('{"a": {"b": [10, 1.50]}}', 'a.b[1]')`, '"1.50"'],
      [`json('{"a": 1}', 'b')`, 'null'],
      [`json('{"lines": [{"sku": "A"}, {"sku": "B"}]}', 'lines[*].sku')`, '["A","B"]'],
      [`int(json('{"qty": 7}', '$.qty'))`, '7'],
      [`json('{', 'a')`, '!decode'],
    ],
    gives: 'string, or null; list<string?> for a path with [*]',
    failure: 'possible',
    resolve: ([, path]) => {
      const steps = pathSteps(asText(path?.constant))
      if (steps === null) {
        return refused(
          'FW2207',
          1,
          'the path is not of the form a.b[0]',
          "a.b, ['odd name'], [0], [*] for all elements",
        )
      }
      if (steps.includes(everyElement)) {
        return resolved({ kind: 'list', element: nullableText }, (x) =>
          decoded(x, (root) => found([root], steps).map(textOf)),
        )
      }
      const whyNull = 'the JSON may have nothing there'
      return resolved({ kind: 'string' }, (x) => decoded(x, (root) => textOf(found([root], steps)[0])), {
        nullable: true,
        whyNull,
      })
    },
  },
]

const everyElement = Symbol('[*]')
type Step = string | number | typeof everyElement

/** `$.a['b c'][0]` as its steps; null for what is no path. */
function pathSteps(path: string): readonly Step[] | null {
  const step = /\.?([A-Za-z_][\w-]*)|\[(\d{1,9})\]|\[(\*)\]|\['([^']+)'\]/y
  const start = path.startsWith('$') ? 1 : 0
  const steps: Step[] = []
  step.lastIndex = start
  while (step.lastIndex < path.length) {
    const [whole, name, index, every, quoted] = step.exec(path) ?? []
    const isFirst = steps.length === 0 && start === 0
    if (whole === undefined || (name !== undefined && whole.startsWith('.') === isFirst)) return null
    steps.push(every === undefined ? (name ?? quoted ?? Number(index)) : everyElement)
  }
  return steps.length === 0 ? null : steps
}

function found(values: readonly unknown[], steps: readonly Step[]): readonly unknown[] {
  return steps.reduce((so, step) => so.flatMap((value) => inside(value, step)), values)
}

function inside(value: unknown, step: Step): readonly unknown[] {
  if (step === everyElement) return Array.isArray(value) ? (value as unknown[]) : []
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return [null]
  if (Array.isArray(value) !== (typeof step === 'number')) return [null]
  return [Object.hasOwn(value, step) ? (value as Readonly<Record<string | number, unknown>>)[step] : null]
}

/** Raises ValueError `decode` for what is no JSON, or nested more deeply than can be read. */
function decoded(text: Value | undefined, read: (root: unknown) => Value): Value {
  try {
    return read(JSON.parse(asText(text), digitsKept))
  } catch (error) {
    if (error instanceof ValueError) throw error
    throw new ValueError('decode', 'the text is no JSON that can be read')
  }
}

/** A number is the digits that stand there. */
const digitsKept = (_name: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' ? JSON.rawJSON(context?.source ?? String(value)) : value

function textOf(value: unknown): Value {
  if (value === null || value === undefined) return null
  if (typeof value !== 'string') return JSON.stringify(value)
  // JSON can write what no text of a database or an event has.
  if (value.includes('\0') || !value.isWellFormed()) throw new ValueError('decode', 'a text that no text can be')
  return value
}

declare global {
  interface JSON {
    isRawJSON(value: unknown): boolean
  }
}
