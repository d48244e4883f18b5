/** What of the registry log is in force in a session: revisions change between source transactions alone. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { type RegistryState, revisionsOf } from '../../../core/registry/registry-state.ts'
import { expectNoGap } from '../../../core/registry/source-gaps.ts'
import { keepsTheSame } from '../../../core/rows/stored/stored-catalog.ts'
import { activateRevisions, type ActiveRevisions } from '../../../core/translation/revisions/active-revisions.ts'
import { askEventTopicLimits } from './event-topic-limits.ts'
import { bringIndexes } from '../rows/open-rows.ts'
import type { SessionWork } from './session-work.ts'

export class SessionRevisions {
  private readonly work: SessionWork
  private readonly incarnation: number
  /** As the rows of the session are kept. */
  private readonly stored: ActiveRevisions['stored']
  private offset: number

  constructor(
    work: SessionWork,
    {
      incarnation,
      registryOffset,
      stored,
    }: {
      readonly incarnation: number
      readonly registryOffset: number
      readonly stored: ActiveRevisions['stored']
    },
  ) {
    this.work = work
    this.incarnation = incarnation
    this.stored = stored
    this.offset = registryOffset
  }

  /** Registry records before it are in force, or come into force with the slice at hand. */
  get registryOffset(): number {
    return this.offset
  }

  get areBehind(): boolean {
    return this.work.parts.registry.current.end > this.offset
  }

  /** What is known of the registry log comes into force, and the checkpoint says where. Only at a boundary. */
  async activate(ended: AbortSignal): Promise<void> {
    const { parts, slices } = this.work
    const state = parts.registry.current
    await this.expectSameIncarnation(state)
    this.expectNoGap()
    const active = await this.compile(state)
    await this.expectSameRows(active)
    await this.bringIndexes(active, ended)
    this.putInForce(active, state)
    await slices.send()
  }

  /** Raises `SOURCE_GAP`, also in the middle of a source transaction: what ends it may never come. */
  expectNoGap(): void {
    const { registry, source } = this.work.parts
    expectNoGap(registry.current, source)
  }

  /** Must be followed by a slice: its checkpoint is what says from where on they are in force. */
  putInForce(active: ActiveRevisions, state: RegistryState): void {
    const { parts, translation } = this.work
    translation.activate(active, state.end)
    this.offset = state.end
    parts.log.info('revisions in force', {
      source: parts.source,
      registryOffset: state.end,
      mappings: revisionsOf(state, parts.source).length,
    })
  }

  /** Raises `NEW_INCARNATION`, behind what is in hand: it is begun where sessions are opened. */
  private async expectSameIncarnation({ incarnations }: RegistryState): Promise<void> {
    const { parts, slices } = this.work
    const { source } = parts
    const wanted = incarnations.get(source)?.incarnation ?? 0
    if (wanted <= this.incarnation) return
    await slices.settle()
    throw new FalseworkError(
      'NEW_INCARNATION',
      `incarnation ${wanted} of ${source} follows incarnation ${this.incarnation}`,
    )
  }

  /** Raises `ROWS_CHANGED`, behind what is in hand: rows are brought to what is kept where sessions are opened. */
  private async expectSameRows({ stored }: ActiveRevisions): Promise<void> {
    if (stored === null || (this.stored !== null && keepsTheSame(this.stored, stored))) return
    await this.work.slices.settle()
    throw new FalseworkError('ROWS_CHANGED', 'the tables whose rows are kept, or their keys, are others now')
  }

  /** Rules look rows up by what is there before the first of them fires. */
  private async bringIndexes(active: ActiveRevisions, ended: AbortSignal): Promise<void> {
    const { parts, rows, slices } = this.work
    if (rows === null) return
    await slices.settle()
    rows.expect(active)
    const { indexes } = active.plan
    await bringIndexes(parts, rows, { indexes, checkpoint: slices.sender.checkpoint, ended })
  }

  private async compile(state: RegistryState): Promise<ActiveRevisions> {
    const { parts } = this.work
    const { source, names, keys, schemas } = parts
    const batchBytesMaxOf = await askEventTopicLimits(parts, state)
    const { incarnation } = this
    return activateRevisions(state, {
      source,
      incarnation,
      names,
      keys,
      writerSchemas: schemas.known,
      batchBytesMaxOf,
    })
  }
}
