/** What `onError` of a file means: the policy of every class of failure, and where one of them can never apply. */
import type { ErrorClass } from '../../values/value-error.ts'
import type { CompiledMapping, Policy } from '../compiled-mapping.ts'
import type { MappingFile } from '../file/mapping-file.ts'
import type { CheckContext } from './check-context.ts'

/** Failures that are of no single row, or of falsework: never set aside because of a `default`. */
const namedOnly: ReadonlySet<ErrorClass> = new Set(['contract', 'schemaDrift', 'unmapped', 'internal'])

/** Classes at which an optional field is null. */
export const nullFieldClasses = ({ onError }: MappingFile): ReadonlySet<ErrorClass> =>
  new Set([...onError].flatMap(([named, { name }]) => (name === 'nullField' && named !== 'default' ? [named] : [])))

/** Of a file whose rules have been checked. */
export function checkPolicies(
  { findings, nullFields }: CheckContext,
  { onError }: MappingFile,
): Pick<CompiledMapping, 'policy' | 'skipReasons'> {
  const skipReasons = new Map<ErrorClass, string>()
  // Of a rule with a mistake it is not known whether a field of it can fail.
  const isSound = findings.problems.every(({ severity }) => severity === 'warning')
  for (const [named, part] of onError) {
    if (part.name === 'holdKey' || part.name === 'holdMapping') {
      findings.complain('FW2311', part.place, {
        message: `${part.name} is not in this version: haltSource stands in for it`,
      })
    }
    if (named === 'default') continue
    if (part.name === 'skip') skipReasons.set(named, part.reason)
    if (part.name !== 'nullField' || nullFields.any || !isSound) continue
    findings.complain('FW2321', part.place, {
      message: 'policy nullField never applies: no expression of an optional field can fail',
      hint: 'the field is ["null", …] in its contract, and written as an expression',
    })
  }
  const fallback = policyNamed(onError.get('default')?.name ?? 'deadLetter')
  const policy = (errorClass: ErrorClass): Policy => {
    const named = onError.get(errorClass)?.name
    // What reaches a policy is a failure of something else than an optional field.
    if (named !== undefined && named !== 'nullField') return policyNamed(named)
    return namedOnly.has(errorClass) ? 'haltSource' : fallback
  }
  return { policy, skipReasons }
}

const policyNamed = (name: string): Policy => (name === 'deadLetter' || name === 'skip' ? name : 'haltSource')
