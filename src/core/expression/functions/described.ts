/** What people are told of each function: in the reference, by `falsework explain`. */
import { anyKind, type FunctionDeclaration, type Parameter } from './declaration.ts'
import { functionGroups } from './index.ts'
import { changedForm, macroForms } from './special-forms.ts'

export interface DescribedFunction {
  readonly name: string
  /** The heading under which it stands. */
  readonly group: string
  /** `first(x: string, n: constant int) → string` */
  readonly signature: string
  readonly summary: string
  readonly examples: FunctionDeclaration['examples']
}

/** In the order of the reference. */
export const describedFunctions: readonly DescribedFunction[] = [
  ...[...functionGroups].flatMap(([group, declarations]) =>
    declarations.map((declaration) => ({ group, ...declaration, signature: signatureOf(declaration) })),
  ),
  ...Object.entries(macroForms).map(([name, form]) => ({ name, group: 'Each element of a list', ...form })),
  { name: 'changed', group: 'The change itself', ...changedForm },
].map(({ name, group, signature, summary, examples }) => ({ name, group, signature, summary, examples }))

function signatureOf({ name, parameters, gives }: FunctionDeclaration): string {
  return `${name}(${parameters.map((parameter) => spelled(parameter)).join(', ')}) → ${gives}`
}

function spelled({ name, kinds, form, presence }: Parameter): string {
  const mark = presence === 'optional' ? '?' : presence === 'repeated' ? ', …' : ''
  const type = kinds === anyKind ? 'any value' : kinds.join(' | ')
  return `${name}${mark}: ${form === 'constant' ? 'constant ' : ''}${type}`
}
