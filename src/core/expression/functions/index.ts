/** All functions of the language, by name, in groups by what they are of. */
import { byteFunctions } from './bytes.ts'
import type { FunctionDeclaration } from './declaration.ts'
import { listOrderFunctions } from './list-order.ts'
import { listFunctions } from './list.ts'
import { nullFunctions } from './null.ts'
import { numberFunctions } from './number.ts'
import { privacyFunctions } from './privacy.ts'
import { jsonFunctions } from './text/json.ts'
import { textPartFunctions } from './text/parts.ts'
import { textFunctions } from './text/text.ts'
import { dateFunctions } from './time/dates.ts'
import { instantFunctions } from './time/instants.ts'

/** By the heading of each group in the reference. */
export const functionGroups: ReadonlyMap<string, readonly FunctionDeclaration[]> = new Map([
  ['Text', [...textFunctions, ...textPartFunctions, ...jsonFunctions]],
  ['Numbers', numberFunctions],
  ['Dates and times', [...dateFunctions, ...instantFunctions]],
  ['Null', nullFunctions],
  ['Lists', [...listFunctions, ...listOrderFunctions]],
  ['Bytes', byteFunctions],
  ['Personal data and ids', privacyFunctions],
])

export const functions: ReadonlyMap<string, FunctionDeclaration> = new Map(
  [...functionGroups.values()].flat().map((declaration) => [declaration.name, declaration]),
)
