/** `${env:NAME}` and `${file:PATH}`: how a file under version control names a secret or an address it must not hold. */
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'

export interface ReferenceSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Text of a file without its last line end, or null. */
  readonly readFile: (path: string) => string | null
  /** Names that falsework itself knows, such as `topic:raw`. */
  readonly known?: ReadonlyMap<string, string>
}

/** Replaces every reference in a text. Raises `REFERENCE_UNRESOLVED` that names the missing one, never a value. */
export function resolveReferences(text: string, sources: ReferenceSources): string {
  return text.replace(/\$\{(env|file|topic):([^}]+)\}/g, (_whole, kind: string, name: string) => {
    const value =
      kind === 'env'
        ? sources.environment[name]
        : kind === 'file'
          ? sources.readFile(name)
          : sources.known?.get(`${kind}:${name}`)
    if (value === undefined || value === null) {
      throw new FalseworkError('REFERENCE_UNRESOLVED', `\${${kind}:${name}} has no value`)
    }
    return value
  })
}
