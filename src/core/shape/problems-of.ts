/** Mistakes of a reading as problems of a file, with their places. */
import type { Problem } from '../diagnostics/problem.ts'
import { type Mistake, placeIn } from './tree.ts'

/** `code` and its readable `name` are those of whoever declared the shape. */
export function problemsOf(
  mistakes: readonly Mistake[],
  source: { readonly text: string; readonly file: string; readonly code: string; readonly name: string },
): readonly Problem[] {
  const placeOf = placeIn(source)
  return mistakes.map(({ spot, message, hint }) => ({
    severity: 'error',
    code: source.code,
    name: source.name,
    message,
    place: placeOf(spot),
    ...(hint !== undefined && { hint }),
  }))
}
