/** `onError`: what becomes of an input that a rule fails on, by class of failure. */
import { byKind } from '../../../shape/alternatives.ts'
import { object, optional, required } from '../../../shape/composites.ts'
import { type ComplainBelow, forgiven, mapped, placed, refine } from '../../../shape/modifiers.ts'
import { oneOf } from '../../../shape/scalars.ts'
import type { Shape, Wrong } from '../../../shape/shape.ts'
import { type ErrorClass, errorClasses } from '../../../values/value-error.ts'
import { type MappingFile, policies, type PolicyName, type PolicyPart } from '../mapping-file.ts'
import { words } from '../names.ts'

/** Failures of an event as a whole, or of what is no field: no expression of a field raises them. */
const ofNoField: ReadonlySet<ErrorClass> = new Set(['unmapped', 'contract', 'tooLarge', 'internal'])

type Named = ErrorClass | 'default'

const named: readonly Named[] = ['default', ...errorClasses]

const others = 'take deadLetter or haltSource'

const policyFor = (kind: Named): Shape<PolicyPart> =>
  byKind({
    scalar: refine(placed(oneOf(policies)), ({ value, place }, complain) => {
      const judged = judgePolicy(kind, value, complain)
      return typeof judged === 'string' ? { name: judged, place } : judged
    }),
    map: refine(
      placed(object({ skip: required(words, 'Why these inputs may be lost.') })),
      ({ value, place }, complain): PolicyPart | Wrong =>
        kind === 'default'
          ? complain([], 'cannot be skip: inputs are skipped class by class, each with its reason', others)
          : { name: 'skip', place, reason: value.skip },
    ),
  })

function judgePolicy(kind: Named, policy: PolicyName, complain: ComplainBelow): Exclude<PolicyName, 'skip'> | Wrong {
  if (policy === 'skip') {
    const hint = `${kind === 'default' ? 'badDate' : kind}: {skip: "why these inputs may be lost"}`
    return complain([], { fault: 'missing', message: 'skip has no reason', hint })
  }
  if (policy !== 'nullField' || (kind !== 'default' && !ofNoField.has(kind))) return policy
  const message =
    kind === 'default'
      ? 'cannot be nullField: it stands in where a failed field may not be null'
      : `nullField never applies to ${kind}, which no expression of a field raises`
  return complain([], message, others)
}

const docOf = (kind: Named): string =>
  kind === 'default'
    ? 'Where the class has none of its own; never of `contract`, `schemaDrift`, `unmapped` and `internal`.'
    : `Of failures of class \`${kind}\`.`

export const onError: Shape<MappingFile['onError']> = mapped(
  object(Object.fromEntries(named.map((kind) => [kind, optional(forgiven(policyFor(kind)), docOf(kind))]))),
  (found) =>
    new Map(
      named.flatMap((kind) => {
        const policy = found[kind] ?? null
        return policy === null ? [] : [[kind, policy] as const]
      }),
    ),
)
