/** Reads records of a raw log once more into the rows of their source. It has no publisher in its hands, and no rules. */
import type { RawOffset } from '../../../core/capture/row-change.ts'
import type { ReadTables } from '../../../core/capture/row/table-plan.ts'
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { OutputRecord } from '../../../core/event/event-record.ts'
import { type Outcome, planTranslation } from '../../../core/mapping/run/translate.ts'
import type { TransactionBudget } from '../../../core/transaction/large/transaction-budget.ts'
import { SourceTranslation } from '../../../core/translation/source-translation.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { RawLog, RecordBatch } from '../../../ports/kafka/raw-log.ts'
import { Turns } from '../reading/turns.ts'
import type { SessionRows } from './session-rows.ts'

const noRules = planTranslation([])

const noRecords = { owned: (): readonly Outcome[] => [], recordsOf: (): readonly OutputRecord[] => [] }

const publishesNothing = {
  ...noRecords,
  recordsUnder: () => noRecords,
  hashOf: () => null,
  formsOf: () => ({}),
  heldTopic: '',
  decided: (): never => {
    throw new FalseworkError('INTERNAL', 'rows are read again, and nothing is decided')
  },
  stagings: new Map(),
  ownershipRecord: () => {
    throw new FalseworkError('INTERNAL', 'a reading of rows has come upon an owner')
  },
}

export interface ReplayParts {
  readonly from: Checkpoint
  readonly read: ReadTables
  readonly rows: SessionRows
  /** Another reading of the same log. */
  readonly openLog: () => Promise<RawLog>
  readonly clock: Clock
  readonly ended: AbortSignal
  /** What is held of one source transaction. Absent: the usual. */
  readonly budget?: TransactionBudget | undefined
}

export class RowReplay {
  private readonly parts: ReplayParts
  private readonly translation: SourceTranslation
  private readonly turns: Turns

  constructor(parts: ReplayParts) {
    const { from, read, rows, budget } = parts
    this.parts = parts
    this.translation = new SourceTranslation({
      checkpoint: from,
      active: {
        plan: noRules,
        snapshotPlan: noRules,
        read,
        stored: null,
        knownTables: null,
        knownColumns: new Map(),
        resumedAt: null,
        letterWords: [],
        ...publishesNothing,
      },
      rows: rows.rows,
      purpose: 'rows',
      ...(budget === undefined ? {} : { budget }),
    })
    this.turns = new Turns(parts.clock)
  }

  /** Where the rows stand in the log, without what is part of an open transaction. */
  get reached(): RawOffset {
    return this.translation.reached
  }

  /** Takes one record. Raises what halts a source, and `FENCED` when it was ended. */
  async accept(batch: RecordBatch, index: number): Promise<void> {
    const { translation, parts } = this
    translation.accept(batch, index)
    const { waiting } = translation
    // Who may publish is nothing of rows.
    if (waiting?.kind === 'fence') this.translation.decideFence()
    if (waiting?.kind === 'rows') throw new FalseworkError('INTERNAL', 'rows are published by no rule')
    if (waiting?.kind === 'held') await carryOut(waiting.steps(), this.turns)
    if (waiting?.kind === 'readAgain') {
      if (translation.moved) this.take()
      const { ended } = parts
      const publish = async (): Promise<boolean> => await Promise.resolve(true)
      await parts.rows.aroundLarge(waiting.reading(), parts.openLog, { ended, publish })
    }
    translation.published()
    if (translation.full) this.take()
    await this.turns.next()
    if (parts.ended.aborted) throw new FalseworkError('FENCED', 'it was ended while rows were read')
  }

  /** The records of the batch go out of reach. */
  async endBatch(): Promise<void> {
    this.translation.letGo()
    if (this.translation.moved) this.take()
    const { full } = this.parts.rows.writer
    if (full !== null) await full
  }

  private take(): void {
    this.translation.take()
    this.parts.rows.writer.visible()
  }
}

/** Without rules the steps give nothing; what they do to rows is kept. */
async function carryOut(steps: Iterable<readonly OutputRecord[]>, turns: Turns): Promise<void> {
  for (const { length } of steps) {
    if (length > 0) throw new FalseworkError('INTERNAL', 'output without rules')
    await turns.next()
  }
}
