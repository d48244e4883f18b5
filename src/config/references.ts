/** `${env:NAME}` and `${file:PATH}`: how a file under version control names a secret or an address it must not hold. */
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import { nearestName } from '../core/diagnostics/nearest-name.ts'
import { type Refusal, refusal } from '../core/shape/scalars.ts'

export interface ReferenceSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Text of a file without its last line end, or null. */
  readonly readFile: (path: string) => string | null
  /** Names that falsework itself knows, such as `topic:raw`. */
  readonly known?: ReadonlyMap<string, string>
}

const kinds = ['env', 'file', 'topic']

/**
 * Replaces every reference in a text. Raises `REFERENCE_UNRESOLVED` that names the missing one and `where` it is written,
 * such as `falsework.yaml:3:9`, never a value.
 */
export function resolveReferences(text: string, sources: ReferenceSources, where: () => string): string {
  return text.replace(/\$\{(env|file|topic):([^}]+)\}/g, (_whole, kind: string, name: string) => {
    const value =
      kind === 'env'
        ? sources.environment[name]
        : kind === 'file'
          ? sources.readFile(name)
          : sources.known?.get(`${kind}:${name}`)
    if (value === undefined || value === null) {
      throw new FalseworkError('REFERENCE_UNRESOLVED', `${where()}: \${${kind}:${name}} has no value`)
    }
    return value
  })
}

/** What looks like a reference of ours and is none. References of another kind are left to Kafka Connect. */
export function referenceRefusal(text: string): Refusal | null {
  for (const [whole, kind = '', name = '', end] of text.matchAll(/\$\{(\w+):([^}]*)(\})?/g)) {
    const near = kinds.includes(kind) ? kind : nearestName(kind, kinds)
    if (near === null) continue
    if (end === undefined) return refusal(`the reference \${${kind}: does not end`, 'it ends with }')
    if (near !== kind) return refusal(`${whole} is no reference`, `did you mean \${${near}:${name}}?`)
    if (name.trim() === '') return refusal(`${whole} names nothing`)
  }
  return null
}

/** A text that is nothing but one reference to what people keep secret. */
export function expectReference(text: string): string | Refusal {
  const mistaken = referenceRefusal(text)
  if (mistaken !== null || /^\$\{(env|file):[^}]+\}$/.test(text)) return mistaken ?? text
  return refusal('a secret in clear is not read', 'write ${env:NAME}, or ${file:PATH}')
}
