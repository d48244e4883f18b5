/** Broken promises of a contract as problems in its file. */
import { eventCodes } from '../../diagnostics/codes/event.ts'
import type { Problem } from '../../diagnostics/problem.ts'
import { jsonPlaces } from '../../shape/json/json-value.ts'
import { isJsonObject } from '../../diagnostics/json-object.ts'
import type { Incompatibility } from './compatible.ts'

/** One problem for each, at the field of the record that it is about. */
export function compatibilityProblems(
  source: { readonly text: string; readonly file: string },
  incompatibilities: readonly Incompatibility[],
): readonly Problem[] {
  const locate = jsonPlaces(source)
  const json: unknown = JSON.parse(source.text)
  const fields = isJsonObject(json) && Array.isArray(json['fields']) ? json['fields'] : []
  return incompatibilities.map(({ field, message }) => {
    const [top = ''] = field.split(/[.[]/)
    const index = fields.findIndex((candidate: unknown) => isJsonObject(candidate) && candidate['name'] === top)
    const place = locate(index < 0 ? [] : ['fields', index])
    return { severity: 'error', code: 'FW2409', name: eventCodes.FW2409.name, message, place }
  })
}
