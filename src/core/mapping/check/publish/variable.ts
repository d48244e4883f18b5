/** Variables that stand for an element of a list, under `as`. */
import { type Binding, type Scope, withBinding } from '../../../expression/types/scope.ts'
import { ownNames, sharedNames } from '../../file/names.ts'
import type { Findings } from '../../file/findings.ts'
import type { Located } from '../../file/names.ts'

/** The scope with the variable in it. One that hides another name is refused, and nothing is said of where it is used. */
export function withVariable(
  findings: Findings,
  scope: Scope,
  { name: { value: name, place }, binding }: { readonly name: Located<string>; readonly binding: Binding },
): Scope {
  const within = withBinding(scope, name, binding)
  const isTaken = [scope.bindings, scope.lets, scope.codes, scope.lookups].some((names) => names.has(name))
  // Names that every rule has are refused where the file is read.
  if (!isTaken || ownNames.includes(name)) return within
  findings.complain('FW2313', place, { message: `'${name}' is taken: variables, ${sharedNames}` })
  const bindings = new Map([...within.bindings].filter(([known]) => known !== name))
  return { ...within, bindings, mistaken: new Set([...(scope.mistaken ?? []), name]) }
}
