/** The problems of a file in its order, one for each cause. */
import type { mappingCodes } from '../../diagnostics/codes/mapping.ts'
import type { expressionCodes } from '../../diagnostics/codes/expression.ts'
import type { Place, Problem } from '../../diagnostics/problem.ts'

/** A name that the file itself declares: misspelt there, it is unknown wherever it is used. */
const ofOwnNames: ReadonlySet<string> = new Set(['FW2102', 'FW2104', 'FW2302', 'FW2337'] satisfies (
  | keyof typeof mappingCodes
  | keyof typeof expressionCodes
)[])

/** More places would hide the first. */
const placesMax = 4

/**
 * What several events say of one default is said once. A name that is unknown in several places is said at the first,
 * with the others.
 */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const sorted = problems.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
  const alike = Map.groupBy(sorted, keyOf)
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const places = [...new Set(others.map(({ place }) => placeText(place)))].filter(
      (place) => place !== placeText(first.place),
    )
    return [places.length === 0 ? first : { ...first, message: `${first.message}; nor at ${listed(places)}` }]
  })
}

const keyOf = ({ code, message, place }: Problem): string =>
  ofOwnNames.has(code) ? `${place.file} ${code} ${message}` : `${place.file}:${placeText(place)} ${code} ${message}`

const placeText = ({ line, column }: Place): string => `${line}:${column}`

const listed = (places: readonly string[]): string =>
  places.length <= placesMax
    ? places.join(', ')
    : `${places.slice(0, placesMax).join(', ')} and ${places.length - placesMax} more places`
