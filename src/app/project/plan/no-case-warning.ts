import { mappingCodes } from '../../../core/diagnostics/codes/mapping.ts'
import type { Problem } from '../../../core/diagnostics/problem.ts'
import type { Registration } from './intended-revision.ts'

/** Of a mapping that is registered and of which nothing was tested. */
export function noCaseWarning({ item }: Pick<Registration, 'item'>): Problem {
  const { mapping, file } = item
  return {
    severity: 'warning',
    code: 'FW2341',
    name: mappingCodes.FW2341.name,
    message: `mapping ${mapping.name} has no fixture case: nobody has seen what it makes of a change`,
    place: { file: file.path, line: 1, column: 1, length: 1 },
    hint: `write cases into ${file.path.replace(/\.yaml$/, '.test.yaml')}`,
  }
}
