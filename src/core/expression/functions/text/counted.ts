/** Functions that leave a constant number of a text's characters. */
import { parseColumnType } from '../../../capture/decode/column-type.ts'
import { type Argument, asInt, asText, type FunctionDeclaration, refused, resolved } from '../declaration.ts'

/** As many as people are used to see of a card or a phone number; more of them is most of a name. */
const recognisableFrom = 5

const boundedTypes: ReadonlySet<string> = new Set(['character', 'char', 'bpchar', 'character varying', 'varchar'])

/** How many characters the column holds that the text comes from; null where it is of another form, or of none. */
function lengthMax(x: Argument | undefined): number | null {
  const type = parseColumnType(x?.part.origin?.column.type ?? '')
  return type === null || type.list || !boundedTypes.has(type.name) ? null : (type.modifiers[0] ?? null)
}

/** Personal data is not recognisable in a few characters, if they are no more than half of all. */
function hides([x, count]: readonly Argument[]): boolean {
  if (count === undefined) return false
  const characters = asInt(count.constant)
  return characters < recognisableFrom && characters * 2 <= (lengthMax(x) ?? Number.POSITIVE_INFINITY)
}

/** `least`: the smallest number with which the function says anything. */
export const counted = ({
  least,
  apply,
}: {
  readonly least: 0 | 1
  readonly apply: (text: string, count: number) => string
}): Pick<FunctionDeclaration, 'personalData' | 'resolve'> => ({
  personalData: hides,
  resolve: ([x, count]) => {
    const characters = asInt(count?.constant ?? null)
    if (characters < least) return refused('FW2207', 1, `a number of characters is ${least} or more`)
    const length = lengthMax(x)
    if (length !== null && characters >= length) {
      const place = x?.part.origin?.place ?? 'the column'
      return refused('FW2207', 1, `${place} has at most ${length} characters, and all of them would be left`)
    }
    return resolved({ kind: 'string' }, (text) => apply(asText(text), characters))
  },
})
