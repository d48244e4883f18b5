/** What `onError` of a file means: the policy of every class of failure, and where one of them can never apply. */
import type { ErrorClass } from '../../values/value-error.ts'
import type { CompiledMapping, Policy } from '../compiled-mapping.ts'
import type { Table } from '../../catalog/catalog.ts'
import { mappingCodes } from '../../diagnostics/codes/mapping.ts'
import type { Place, Problem } from '../../diagnostics/problem.ts'
import type { MappingFile, PolicyName } from '../file/mapping-file.ts'
import type { CheckContext } from './check-context.ts'

/** Failures that are of no single row, or of falsework: never set aside because of a `default`. */
const namedOnly: ReadonlyMap<ErrorClass, Policy> = new Map([
  ['contract', 'holdMapping'],
  ['schemaDrift', 'holdMapping'],
  ['unmapped', 'holdMapping'],
  ['internal', 'haltSource'],
])

/** Classes at which an optional field is null. */
export const nullFieldClasses = ({ onError }: MappingFile): ReadonlySet<ErrorClass> =>
  new Set([...onError].flatMap(([named, { name }]) => (name === 'nullField' && named !== 'default' ? [named] : [])))

/** Of a file whose rules have been checked. */
export function checkPolicies(
  context: CheckContext,
  { onError }: MappingFile,
): Pick<CompiledMapping, 'policy' | 'skipReasons'> {
  const { findings, nullFields } = context
  const skipReasons = new Map<ErrorClass, string>()
  // Of a rule with a mistake it is not known whether a field of it can fail.
  const isSound = findings.problems.every(({ severity }) => severity === 'warning')
  for (const [named, part] of onError) {
    if (part.name === 'holdKey') refuseFailingKeys(context, part.place)
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
    return namedOnly.get(errorClass) ?? fallback
  }
  return { policy, skipReasons }
}

/** Changes that nobody thinks of until one of them holds the mapping; none where the file says a policy for them. */
export function unsaidOperations(file: MappingFile, tables: ReadonlyMap<string, Table>): readonly Problem[] {
  if (file.onError.has('unmapped')) return []
  return [...Map.groupBy(file.rules, ({ on }) => on.table.value)].flatMap(([alias, rules]) => {
    const place = rules[0]?.on.table.place
    const table = tables.get(alias)
    if (place === undefined || table === undefined) return []
    const said = new Set(rules.flatMap(({ on }) => on.operations))
    const unsaid = [
      ...(said.has('rekey') || table.primaryKey.length === 0 ? [] : (['rekey'] as const)),
      ...(said.has('truncate') ? [] : (['truncate'] as const)),
    ]
    if (unsaid.length === 0) return []
    const what = unsaid.map((operation) => wordsOf[operation]).join(' or ')
    const problem = {
      severity: 'warning' as const,
      code: 'FW2338',
      name: mappingCodes.FW2338.name,
      message: `no rule is about ${what} of ${table.name}: the first one holds the mapping until a revision says what it means`,
      place,
      hint: `a rule with op: ${unsaid.join(', or op: ')}, or a policy, as onError: {unmapped: holdMapping} (or deadLetter, haltSource, skip)`,
    }
    return [problem]
  })
}

const wordsOf = { rekey: 'a change of the key', truncate: 'a TRUNCATE' } as const

/** Nobody would know what else must wait. */
function refuseFailingKeys({ findings, failingKeys }: CheckContext, place: Place): void {
  const [first] = failingKeys
  if (first === undefined) return
  findings.complain('FW2326', place, {
    message: `holdKey needs keys that can always be computed, and the one in line ${first.line} can fail`,
    hint: 'take holdMapping, or a key of columns of the row itself',
  })
}

/** A field that was to be null, and may not be, fails its input: nothing has been said of that. */
const policyNamed = (name: PolicyName): Policy => (name === 'nullField' ? 'haltSource' : name)
