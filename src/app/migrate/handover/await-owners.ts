/** Waits until the worker of a source has decided who owns. */
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Owner, Ownership } from '../../../core/migration/ownership.ts'
import { type Scope, scopeText } from '../../../core/migration/stage.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { TopicReader } from '../../../ports/kafka/topic-reader.ts'
import { latestCheckpoint } from '../../observe/source-status.ts'
import { standingOf } from '../read-stages.ts'
import type { FencedScope } from './fences.ts'

export interface AwaitParts {
  readonly names: TopicNames
  readonly topicReader: TopicReader
  readonly clock: Clock
  readonly timeoutMs: number
  /** Fired when the operator does not wait any longer. */
  readonly signal: AbortSignal
}

/** Writers of the legacy system are refused meanwhile. */
const pollIntervalMs = 50

/**
 * Until each has an owner of its epoch or a later one; in the order of the scopes. Null when that takes too long. Raises
 * `INTERRUPTED`.
 */
export async function awaitOwners(
  scopes: readonly FencedScope[],
  { names, topicReader, clock, timeoutMs, signal }: AwaitParts,
): Promise<readonly Ownership[] | null> {
  const deadlineMs = clock.nowMs() + timeoutMs
  const source = scopes[0]?.migrated.mapping.source ?? ''
  for (;;) {
    const checkpoint = await latestCheckpoint(topicReader, names.checkpoint(source))
    const owned = scopes.map(({ migrated, scope }) => standingOf({ ...migrated, checkpoint }, scope).ownership)
    if (owned.every(({ epoch }, index) => epoch >= (scopes[index]?.epoch ?? 0))) return owned
    if (signal.aborted) {
      const [first] = scopes
      const about = `${first?.migrated.mapping.name ?? ''}, scope ${scopeText(first?.scope ?? null)}`
      throw new FalseworkError(
        'INTERRUPTED',
        `${about}: its owner is not decided yet; the same command goes on with it`,
      )
    }
    if (clock.nowMs() > deadlineMs) return null
    await clock.sleep(pollIntervalMs, signal)
  }
}

export interface DecidedOwner {
  readonly mapping: string
  readonly scope: Scope
  readonly owner: Owner
  readonly epoch: number
}

export const decidedOwners = (scopes: readonly FencedScope[], owner: Owner): readonly DecidedOwner[] =>
  scopes.map(({ migrated, scope, epoch }) => ({ mapping: migrated.mapping.name, scope, owner, epoch }))
