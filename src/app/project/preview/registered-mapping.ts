/** A revision of a mapping as the registry log has it, to be compared with the file. */
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { MappingSurroundings } from '../../../core/mapping/check/check-context.ts'
import type { CompiledMapping } from '../../../core/mapping/compiled-mapping.ts'
import type { RegistryState, Revision } from '../../../core/registry/registry-state.ts'
import { compileRevision } from '../../../core/translation/revisions/compiled-revision.ts'

export interface ComparedRevision {
  readonly number: number
  readonly mapping: CompiledMapping
}

/**
 * `asked`: `r3`, or `current` for the one in force. `keys` are those that the file is compared with: where both have the same
 * ones, pseudonyms are equal.
 *
 * Raises `UNKNOWN_NAME`, naming the revisions that there are, and `REVISION_UNREADABLE`.
 */
export function registeredMapping(
  registry: RegistryState,
  { name, asked }: { readonly name: string; readonly asked: string },
  context: {
    readonly names: TopicNames
    readonly keys: ReadonlyMap<string, Uint8Array>
    readonly keepsRows: MappingSurroundings['keepsRows']
  },
): ComparedRevision {
  const { number, record } = revisionOf(registry, { name, asked })
  const keys = new Map([...context.keys].map(([key, value]) => [key, Buffer.from(value).toString()]))
  return { number, mapping: compileRevision(record, { ...context, keys }) }
}

function revisionOf(
  { mappings }: RegistryState,
  { name, asked }: { readonly name: string; readonly asked: string },
): Revision {
  const registered = mappings.get(name)
  if (registered === undefined) throw new FalseworkError('UNKNOWN_NAME', `mapping ${name} is not registered`)
  const { revisions, current } = registered
  const found = asked === 'current' ? current : revisions.find(({ number }) => asked === `r${number}`)
  if (found !== undefined) return found
  const have = revisions.map(({ number }) => `r${number}`).join(', ')
  throw new FalseworkError('UNKNOWN_NAME', `mapping ${name} has no revision '${asked}'; have ${have}, current`)
}
