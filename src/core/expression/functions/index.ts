/** All functions of the language, by name. */
import { byteFunctions } from './bytes.ts'
import type { FunctionDeclaration } from './declaration.ts'
import { listFunctions } from './list.ts'
import { nullFunctions } from './null.ts'
import { numberFunctions } from './number.ts'
import { privacyFunctions } from './privacy.ts'
import { textFunctions } from './text.ts'
import { timeFunctions } from './time.ts'

export const functions: ReadonlyMap<string, FunctionDeclaration> = new Map(
  [
    ...textFunctions,
    ...numberFunctions,
    ...timeFunctions,
    ...nullFunctions,
    ...listFunctions,
    ...byteFunctions,
    ...privacyFunctions,
  ].map((declaration) => [declaration.name, declaration]),
)
