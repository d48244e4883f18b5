/** A database whose histories are captured, whichever it is. */
import type { StoredOffset } from '../../src/core/capture/connector/stored-offset.ts'
import type { SourcePosition } from '../../src/core/capture/row-change.ts'
import type { RecordedRecord } from '../record-fixtures/raw-topic.ts'
import type { Step } from './history.ts'
import type { Verdict } from './judge.ts'

export interface ProofSource {
  readonly name: string
  run(step: Step): Promise<void>
  /** A transaction of its own; gives how the id of its END begins. */
  mark(): Promise<string>
  /** A mark behind everything that was run, and what it all has come to. */
  milestone(): Promise<Milestone>
  /** Where a connector begins that is to see everything from now on. */
  offset(): Promise<StoredOffset['offset']>
  close(): Promise<void>
}

export interface Milestone {
  readonly mark: string
  /** Of the records since the milestone before, up to the mark. `position`: of the last commit before them. */
  readonly judge: (records: readonly RecordedRecord[], position: SourcePosition | null) => Verdict
}
