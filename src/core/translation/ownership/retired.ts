/** What is not translated any more: mappings of which every scope is retired, and sources that have no other ones. */
import { stageOfScope } from '../../migration/scope-stages.ts'
import { type RegistryState, type Revision, revisionsOf } from '../../registry/registry-state.ts'
import { type Staging, stagingOf } from './routes.ts'

export const isRetired = ({ registered, scopes }: Staging): boolean =>
  [stageOfScope(scopes, null, registered), ...scopes.values()].every(({ stage }) => stage === 'retired')

/** The revisions of the source by which something is translated, by mapping name. */
export const revisionsAtWork = (registry: RegistryState, source: string): readonly Revision[] =>
  revisionsOf(registry, source).filter(({ record }) => !isRetired(stagingOf(registry, record.content.mapping)))

/** Whether it has mappings, and all of them are retired. */
export const isSourceRetired = (registry: RegistryState, source: string): boolean =>
  revisionsOf(registry, source).length > 0 && revisionsAtWork(registry, source).length === 0
