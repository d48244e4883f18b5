/** Where the scopes of a mapping stand: what the registry log says, and what its source has decided. */
import type { Checkpoint } from '../../core/delivery/checkpoint.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { CompiledMapping } from '../../core/mapping/compiled-mapping.ts'
import { checkMigration } from '../../core/migration/file/check-migration.ts'
import type { MigrationFile } from '../../core/migration/file/migration-file.ts'
import type { Ownership } from '../../core/migration/ownership.ts'
import { isUnderWay, type ScopeStage, stageOfScope } from '../../core/migration/scope-stages.ts'
import type { Scope, Stage } from '../../core/migration/stage.ts'
import type { RegistryState, Revision } from '../../core/registry/registry-state.ts'
import { expectAllRead } from '../../core/registry/unread-record.ts'
import { ownershipOf, type Owners, type Staging, stageNow, stagingOf } from '../../core/translation/ownership/routes.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import { compiledAsRegistered } from '../observe/registered.ts'
import { latestCheckpoint } from '../observe/source-status.ts'

export interface StagesParts {
  readonly names: TopicNames
  readonly topicReader: TopicReader
}

export interface MigratedMapping {
  readonly registry: RegistryState
  readonly revision: Revision
  readonly mapping: CompiledMapping
  readonly staging: Staging
  /** Of its source; null: nothing of it was translated yet. */
  readonly checkpoint: Checkpoint | null
  /** As it was registered; null: it was not. */
  readonly migration: MigrationFile | null
}

/** Raises `UNKNOWN_NAME`, `REVISION_UNREADABLE`, the code of a record that cannot be read, and what the reader raises. */
export async function readStages(
  name: string,
  registry: RegistryState,
  { names, topicReader }: StagesParts,
): Promise<MigratedMapping> {
  expectAllRead(registry)
  const revision = registry.mappings.get(name)?.current
  if (revision === undefined) {
    const known = [...registry.mappings.keys()].join(', ')
    throw new FalseworkError(
      'UNKNOWN_NAME',
      `no mapping '${name}' is registered; have ${known === '' ? 'none' : known}`,
    )
  }
  const mapping = compiledAsRegistered(revision, names)
  return {
    registry,
    revision,
    mapping,
    staging: stagingOf(registry, name),
    checkpoint: await latestCheckpoint(topicReader, names.checkpoint(mapping.source)),
    migration: migrationOf(registry, mapping),
  }
}

/** Those that are named, each once. Raises `TRANSITION_REFUSED` where they are of several sources, and as `readStages`. */
export async function readTogether(
  names: readonly string[],
  registry: RegistryState,
  parts: StagesParts,
): Promise<readonly MigratedMapping[]> {
  const migrated: MigratedMapping[] = []
  for (const name of new Set(names)) migrated.push(await readStages(name, registry, parts))
  const sources = [...new Set(migrated.map(({ mapping }) => mapping.source))]
  if (sources.length <= 1) return migrated
  throw new FalseworkError(
    'TRANSITION_REFUSED',
    `they are of several sources: ${sources.join(', ')}; name those of one`,
  )
}

/** As registered; what has expired since is none of its mistakes. Null where there is none, or this build cannot read it. */
export function migrationOf({ migrations }: RegistryState, mapping: CompiledMapping): MigrationFile | null {
  const file = migrations.get(mapping.name)?.file
  if (file === undefined) return null
  return checkMigration({ text: file.text, file: file.path }, { mappings: new Map([[mapping.name, mapping]]) })
    .migration
}

export const ownersIn = ({ checkpoint }: Pick<MigratedMapping, 'checkpoint'>): Owners => checkpoint?.owners ?? []

export interface ScopeStanding {
  readonly scope: Scope
  readonly stage: Stage
  readonly ownership: Ownership
  /** Whether its source has yet to answer the last word about it. */
  readonly isUnderWay: boolean
  readonly words: ScopeStage
}

export function standingOf(
  migrated: Pick<MigratedMapping, 'mapping' | 'staging' | 'checkpoint'>,
  scope: Scope,
): ScopeStanding {
  const { mapping, staging } = migrated
  const ownership = ownershipOf(ownersIn(migrated), mapping.name, scope, staging)
  const words = stageOfScope(staging.scopes, scope, staging.registered)
  const stage = stageNow(ownersIn(migrated), mapping.name, scope, staging)
  return { scope, stage, ownership, words, isUnderWay: isUnderWay(words, ownership) }
}

/** All, and behind it the scopes of which something was said. */
export const standingsOf = (migrated: MigratedMapping): readonly ScopeStanding[] =>
  [null, ...[...migrated.staging.scopes.keys()].filter((scope) => scope !== null)].map((scope) =>
    standingOf(migrated, scope),
  )

/**
 * Whether that scope can be led on by itself. Raises `USAGE` where the mapping has no such scope, `TRANSITION_REFUSED` where
 * it is changing its owner with all: only all of it goes on with that.
 */
export function expectScope(migrated: MigratedMapping, scope: Scope): void {
  if (scope === null) return
  expectScopeValue(migrated, scope)
  if (migrated.staging.scopes.has(scope) || !standingOf(migrated, scope).isUnderWay) return
  throw new FalseworkError(
    'TRANSITION_REFUSED',
    `${migrated.mapping.name}, scope ${scope}: it changes its owner with all; go on with that first, without --scope`,
  )
}

/** Raises `USAGE` where the mapping has no scopes, or none of that value. */
export function expectScopeValue({ mapping: { name, scope: declared } }: MigratedMapping, scope: string): void {
  if (declared === null) {
    const message = `mapping ${name} declares no scope (migration: {scope: {column: ...}}): all of it moves at one time`
    throw new FalseworkError('USAGE', message)
  }
  if (declared.isValue(scope)) return
  throw new FalseworkError(
    'USAGE',
    `'${scope}' is no value of ${declared.table}.${declared.column}, which is the scope of ${name}`,
  )
}
