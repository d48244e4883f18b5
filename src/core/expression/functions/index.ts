/** All functions of the language, by name, in groups by what they are of. */
import { byteFunctions } from './bytes.ts'
import type { FunctionDeclaration } from './declaration.ts'
import { listFunctions } from './list.ts'
import { nullFunctions } from './null.ts'
import { numberFunctions } from './number.ts'
import { privacyFunctions } from './privacy.ts'
import { textFunctions } from './text/text.ts'
import { timeFunctions } from './time/dates.ts'

/** By the heading of each group in the reference. */
export const functionGroups: ReadonlyMap<string, readonly FunctionDeclaration[]> = new Map([
  ['Text', textFunctions],
  ['Numbers', numberFunctions],
  ['Dates and times', timeFunctions],
  ['Null', nullFunctions],
  ['Lists', listFunctions],
  ['Bytes', byteFunctions],
  ['Personal data and ids', privacyFunctions],
])

export const functions: ReadonlyMap<string, FunctionDeclaration> = new Map(
  [...functionGroups.values()].flat().map((declaration) => [declaration.name, declaration]),
)
