/** Asks a connector for an incremental snapshot, and follows in the raw log what becomes of it. */
import { incrementalSnapshot } from '../../core/capture/connector/snapshot-signal.ts'
import { MessageDecoder } from '../../core/capture/message-decoder.ts'
import type { RawForm } from '../../core/capture/raw-format.ts'
import type { SnapshotNote } from '../../core/capture/record/snapshot-note.ts'
import type { TableName } from '../../core/catalog/table-name.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { Clock } from '../../ports/clock-log-metrics.ts'
import type { RawLog } from '../../ports/kafka/raw-log.ts'
import type { SignalSender } from '../../ports/database/signal-sender.ts'
import type { FetchedSchemas } from './fetched-schemas.ts'

const maxBytes = 4 * 2 ** 20
const maxWaitMs = 500

export interface SnapshotTable {
  readonly table: string
  readonly rows: number
  /** The connector's word for how its reading ended; `ABORTED` for a table that it had not read. */
  readonly outcome: string
  /** All rows were read. */
  readonly isWhole: boolean
}

interface Asked {
  /** Where the connector looks for signals. */
  readonly signals: TableName
  readonly tables: readonly TableName[]
  readonly id: string
}

interface SnapshotParts {
  readonly sender: SignalSender
  readonly rawLog: RawLog
  readonly form: RawForm
  readonly schemas: FetchedSchemas
  readonly clock: Clock
  /** Until it must have begun. */
  readonly timeoutMs: number
  readonly ended: AbortSignal
  /** Percent of the tables' chunks. */
  readonly reached: (percent: number) => void
}

/**
 * The tables in the order in which they were read; null when it was ended before the snapshot, which goes on all the
 * same. Raises `SNAPSHOT_NOT_BEGUN`, and what the ports raise.
 */
export async function snapshotTables(asked: Asked, parts: SnapshotParts): Promise<readonly SnapshotTable[] | null> {
  const { signals, tables, id } = asked
  const { end } = await parts.rawLog.range()
  await parts.sender.send(incrementalSnapshot(signals, id, tables))
  const following = new Following(tables)
  for await (const note of notesFrom(end, parts, () => following.hasBegun)) {
    if (note.kind !== 'incremental' || note.id !== id) continue
    following.take(note)
    parts.reached(following.percent)
    if (following.isOver) return following.read
  }
  return null
}

/** How far a snapshot is. */
class Following {
  private readonly tables: readonly TableName[]
  private readonly done: SnapshotTable[] = []
  private ofTable = 0
  hasBegun = false
  isOver = false

  constructor(tables: readonly TableName[]) {
    this.tables = tables
  }

  take({ says }: SnapshotNote): void {
    this.hasBegun = true
    if (says.kind === 'goesOn' && says.chunks !== null) this.ofTable = (says.chunks.begun - 1) / says.chunks.of
    if (says.kind === 'scanned') {
      const { table, rows, outcome, isWhole } = says
      this.done.push({ table, rows, outcome, isWhole })
      this.ofTable = 0
    }
    this.isOver ||= says.kind === 'completed' || says.kind === 'aborted'
  }

  get percent(): number {
    return Math.floor(Math.min(1, (this.done.length + this.ofTable) / this.tables.length) * 100)
  }

  /** Those that were not read, too. */
  get read(): readonly SnapshotTable[] {
    const names = new Set(this.done.map(({ table }) => table))
    const others = this.tables.filter((table) => !names.has(table.replaceAll('"', '')))
    return [...this.done, ...others.map((table) => ({ table, rows: 0, outcome: 'ABORTED', isWhole: false }))]
  }
}

async function* notesFrom(
  from: number,
  { rawLog, schemas, form, clock, timeoutMs, ended }: SnapshotParts,
  hasBegun: () => boolean,
): AsyncGenerator<SnapshotNote> {
  const log = schemas.ahead(rawLog, () => form.format === 'avro')
  // Of rows no more is read than what proves their place.
  const decoder = new MessageDecoder({
    ...form,
    tables: new Map(),
    writerSchemas: schemas.known,
  })
  const deadlineMs = clock.nowMs() + timeoutMs
  for (let next = from; !ended.aborted; ) {
    const batch = await log.read(next, { maxWaitMs, maxBytes })
    for (let index = 0; index < batch.count; index += 1) {
      const message = decoder.decode(batch, index)
      if (message.kind === 'notification' && message.snapshot !== null) yield message.snapshot
    }
    next = batch.next
    if (hasBegun() || clock.nowMs() < deadlineMs) continue
    const message = `the raw log says nothing of the snapshot after ${timeoutMs / 1_000} s`
    throw new FalseworkError('SNAPSHOT_NOT_BEGUN', message)
  }
}
