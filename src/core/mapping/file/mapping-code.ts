import { expressionCodes } from '../../diagnostics/codes/expression.ts'
import { mappingCodes } from '../../diagnostics/codes/mapping.ts'

/** All that can be said of a mapping file and of the expressions in it. */
export const mappingFileCodes = { ...mappingCodes, ...expressionCodes }

export type MappingCode = keyof typeof mappingFileCodes
