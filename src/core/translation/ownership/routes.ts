/** Where the events of a scope go, as its stage and its owner say. */
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import { firstOwnership, type Owner, type Ownership } from '../../migration/ownership.ts'
import type { OwnedScope } from '../../migration/ownership-record.ts'
import { decidedStage, type MappingStages, stageOfScope, wordsOfScope } from '../../migration/scope-stages.ts'
import type { Scope, Stage } from '../../migration/stage.ts'
import type { RegisteredStage } from '../../registry/control-record.ts'
import { type RegistryState, revisionsOf } from '../../registry/registry-state.ts'

/** What was decided of who may publish, by mapping and scope; a scope of which nothing was is not there. */
export type Owners = readonly OwnedScope[]

/** Of one mapping. */
export interface Staging {
  /** What it was registered into first. */
  readonly registered: RegisteredStage
  readonly scopes: MappingStages
  /** That have moved its scopes, oldest first. */
  readonly words: readonly { readonly offset: number; readonly record: { readonly scope: Scope } }[]
  /** All that a revision of it has named: inputs of an earlier one may wait still. */
  readonly topics: ReadonlySet<string>
}

export interface Route {
  /** `nobody`: not falsework. `nowhere`: the scope is retired, and what is written to it is nobody's concern here. */
  readonly to: 'public' | 'shadow' | 'nobody' | 'nowhere'
  readonly owner: Owner
  /** Of the owner of the scope. */
  readonly epoch: number
}

/** By the names of the mappings of a source. */
export const stagingsOf = (registry: RegistryState, source: string): ReadonlyMap<string, Staging> =>
  new Map(
    revisionsOf(registry, source).map(({ record }) => {
      const { mapping } = record.content
      return [mapping, stagingOf(registry, mapping)]
    }),
  )

export function stagingOf(registry: RegistryState, mapping: string): Staging {
  const revisions = registry.mappings.get(mapping)?.revisions ?? []
  const { scopes = new Map(), words = [] } = registry.stages.get(mapping) ?? {}
  return {
    registered: revisions[0]?.record.stage ?? 'live',
    scopes,
    words,
    topics: new Set(revisions.flatMap(({ record }) => record.content.topics.map(({ topic }) => topic))),
  }
}

/** Whether its scopes are in different stages, so that each input is to be asked for its own. */
export const isDivided = ({ scopes }: Staging): boolean => [...scopes.keys()].some((scope) => scope !== null)

/** Whether something of it is in shadow. */
export const hasShadow = ({ registered, scopes }: Staging): boolean =>
  [stageOfScope(scopes, null, registered), ...scopes.values()].some(({ stage }) => stage === 'shadow')

/** Whether the scope was in shadow where registry records before this offset were in force. Every word leads out of it. */
const wasInShadow = ({ registered, words }: Staging, scope: Scope, registryOffset: number): boolean =>
  registered === 'shadow' && !wordsOfScope(words, scope).some(({ offset }) => offset < registryOffset)

export function ownershipOf(owners: Owners, mapping: string, scope: Scope, { registered }: Staging): Ownership {
  const named = (wanted: Scope) => owners.find((one) => one.mapping === mapping && one.scope === wanted)
  return named(scope) ?? named(null) ?? firstOwnership(registered)
}

export const stageNow = (owners: Owners, mapping: string, scope: Scope, staging: Staging): Stage =>
  decidedStage(stageOfScope(staging.scopes, scope, staging.registered), ownershipOf(owners, mapping, scope, staging))

const intoShadow: Route = { to: 'shadow', owner: 'none', epoch: 0 }

function routeOf(owners: Owners, mapping: string, scope: Scope, staging: Staging): Route {
  const { owner, epoch } = ownershipOf(owners, mapping, scope, staging)
  return { to: goesTo[stageNow(owners, mapping, scope, staging)], owner, epoch }
}

const goesTo: Readonly<Record<Stage, Route['to']>> = {
  shadow: 'shadow',
  live: 'public',
  parity: 'public',
  native: 'nobody',
  retired: 'nowhere',
}

/**
 * Asked for each event: the same answers as `routeOf`, each found out once. `readUnder`: registry records before it were in
 * force when the inputs were read; of a scope that was in shadow then they are nobody's but the shadow's.
 */
export class Routes {
  private readonly owners: Owners
  private readonly stagings: ReadonlyMap<string, Staging>
  private readonly readUnder: number
  private readonly known = new Map<string, Map<Scope, readonly [Route]>>()

  constructor(owners: Owners, stagings: ReadonlyMap<string, Staging>, readUnder = Infinity) {
    this.owners = owners
    this.stagings = stagings
    this.readUnder = readUnder
  }

  /** One for each scope, in their order. */
  of(mapping: string, scopes: readonly Scope[]): readonly Route[] {
    const [first] = scopes
    if (scopes.length === 1 && first !== undefined) return this.ofScope(mapping, first)
    return scopes.flatMap((scope) => this.ofScope(mapping, scope))
  }

  private ofScope(mapping: string, scope: Scope): readonly [Route] {
    const known = this.known.get(mapping)?.get(scope)
    if (known !== undefined) return known
    const staging = this.stagings.get(mapping)
    if (staging === undefined) throw new FalseworkError('INTERNAL', `mapping ${mapping} is in no stage`)
    const isOfShadow = wasInShadow(staging, scope, this.readUnder)
    const found = [isOfShadow ? intoShadow : routeOf(this.owners, mapping, scope, staging)] as const
    const ofMapping = this.known.get(mapping) ?? new Map<Scope, readonly [Route]>()
    this.known.set(mapping, ofMapping.set(scope, found))
    return found
  }
}
