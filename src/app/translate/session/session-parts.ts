/** What a session of a source is made of, and the moments at which tests kill it. */
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import type { RegistryState } from '../../../core/registry/registry-state.ts'
import type { ActiveRevisions } from '../../../core/translation/revisions/active-revisions.ts'
import type { HeldBounds } from '../../../core/held/held-bounds.ts'
import type { TransactionBudget } from '../../../core/transaction/large/transaction-budget.ts'
import type { Clock, Log, Metrics } from '../../../ports/clock-log-metrics.ts'
import type { ControlLog } from '../../../ports/kafka/control-log.ts'
import type { OwnershipLog } from '../../../ports/kafka/ownership-log.ts'
import type { OpenPublisher, Publisher } from '../../../ports/kafka/publisher.ts'
import type { OpenRawLog, RawLog } from '../../../ports/kafka/raw-log.ts'
import type { OpenRowStore } from '../../../ports/row-store.ts'
import type { TopicAdmin } from '../../../ports/kafka/topic-admin.ts'
import type { TopicReader } from '../../../ports/kafka/topic-reader.ts'
import type { FetchedSchemas } from '../../capture/fetched-schemas.ts'
import type { RegistryFollower } from '../registry-follower.ts'
import type { SessionRows } from '../rows/session-rows.ts'
import type { SliceReport } from '../slice-report.ts'

/** Moments of a session at which a crash leaves a trace of its own behind; the publisher has more of them. */
export const sessionSteps = [
  'before-fence',
  'after-fence',
  'before-first-checkpoint',
  'after-first-checkpoint',
  'after-started',
  'before-slice',
] as const
/** Moments at which the row store is being brought to where it is needed. */
export const rowSteps = ['in-catch-up', 'in-index-build'] as const
export type SessionStep = (typeof sessionSteps)[number] | (typeof rowSteps)[number]

export interface SessionParts {
  readonly source: string
  readonly names: TopicNames
  readonly openRawLog: OpenRawLog
  /** Of the process. */
  readonly schemas: FetchedSchemas
  readonly openPublisher: OpenPublisher
  readonly openRowStore: OpenRowStore
  readonly topicAdmin: TopicAdmin
  /** Of dead letters. */
  readonly topicReader: TopicReader
  /** One of its own, for a source that has no checkpoint to say who owns; whoever asks for it closes it. */
  readonly newOwnershipLog: () => OwnershipLog
  readonly openControlLog: () => Promise<ControlLog>
  readonly registry: RegistryFollower
  readonly keys: ReadonlyMap<string, string>
  readonly transactionTimeoutMs: number
  /** What is held of one source transaction. Absent: the usual. */
  readonly budget?: TransactionBudget
  /** How much may wait. Absent: the usual. */
  readonly heldBounds?: HeldBounds
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly report: SliceReport
  /** A uuid for control records. */
  readonly uuid: () => string
  /** Who appends them. */
  readonly actor: string
  readonly timeZoneDatabase: string
  /** Called at each step; tests kill the process in it. */
  readonly onStep?: (step: SessionStep) => void
}

/** What opening gives to the session beside its checkpoint. */
export interface Opened {
  readonly publisher: Publisher
  readonly rawLog: RawLog
  /** Null where no rows are kept. */
  readonly rows: SessionRows | null
  readonly registry: RegistryState
  /** As that state says. */
  readonly active: ActiveRevisions
}
