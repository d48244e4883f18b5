/** By what a source is translated now: revisions up to a place of the registry log, and who may publish under them. */
import type { FenceMove } from '../../capture/own-tables.ts'
import type { SourcePosition } from '../../capture/row-change.ts'
import type { Checkpoint } from '../../delivery/checkpoint.ts'
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import type { OutputRecord } from '../../event/event-record.ts'
import type { HeldState } from '../../held/held-state.ts'
import type { SourceRows } from '../../rows/source-rows.ts'
import type { ActiveRevisions } from './active-revisions.ts'
import { withoutWaiting } from './mappings-waiting.ts'
import type { Owners } from '../ownership/routes.ts'
import { type Decided, ownersBehindFences, ownersByWords } from '../ownership/scope-owners.ts'

/** Whatever changes owners gives the records that say so: they are published from which place on it holds. */
export class RevisionsInForce {
  private readonly rows: SourceRows
  private revisions: ActiveRevisions
  private ownersNow: Owners
  private offset: number
  private plansNow: ReturnType<typeof withoutWaiting>

  constructor(
    active: ActiveRevisions,
    { owners = [], registryOffset }: Pick<Checkpoint, 'owners' | 'registryOffset'>,
    rows: SourceRows,
  ) {
    this.rows = rows
    this.ownersNow = owners
    this.revisions = underOwners(active, owners)
    this.offset = registryOffset
    this.plansNow = withoutWaiting(active, rows)
  }

  /** As events go under the owners. */
  get active(): ActiveRevisions {
    return this.revisions
  }

  /** Those of the revisions whose mappings do not wait for rows. */
  get plans(): ReturnType<typeof withoutWaiting> {
    return this.plansNow
  }

  /** Of the scopes of which it was decided. */
  get owners(): Owners {
    return this.ownersNow
  }

  /** Registry records before it are in force. */
  get registryOffset(): number {
    return this.offset
  }

  /** Others are in force from the place on that `position` tells. */
  replace(active: ActiveRevisions, registryOffset: number, position: SourcePosition | null): readonly OutputRecord[] {
    if (registryOffset < this.offset) {
      throw new FalseworkError('INTERNAL', `registry offset ${registryOffset} after ${this.offset}`)
    }
    this.offset = registryOffset
    const told = this.own(active, ownersByWords(this.ownersNow, active.stagings, position))
    this.rowsAreKnown()
    return told
  }

  /** One source transaction has moved these fences: the words that are in force decide. */
  decideFences(
    moves: readonly FenceMove[],
    at: { readonly held: HeldState; readonly position: SourcePosition | null },
  ): readonly OutputRecord[] {
    const { stagings } = this.revisions
    return this.own(this.revisions, ownersBehindFences(this.ownersNow, moves, { ...at, stagings }))
  }

  /** More is known of which tables were shown whole: mappings that have waited for them may go on. */
  rowsAreKnown(): void {
    this.plansNow = withoutWaiting(this.revisions, this.rows)
  }

  private own(active: ActiveRevisions, { owners, told }: Decided): readonly OutputRecord[] {
    const records = told.map((owned) => active.ownershipRecord(owned))
    this.ownersNow = owners
    this.revisions = underOwners(active, owners)
    return records
  }
}

const underOwners = (active: ActiveRevisions, owners: Owners): ActiveRevisions => ({
  ...active,
  ...active.recordsUnder(owners),
})
