/** Where a session publishes: slices one after the other, and in between what is too large for a slice. */
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { LargeTransaction } from '../../../core/transaction/source-transaction.ts'
import type { ReadAgain } from '../../../core/translation/read-again.ts'
import type { Waiting } from '../../../core/translation/waiting.ts'
import type { Publisher } from '../../../ports/kafka/publisher.ts'
import { largeTimeoutMs, publishReadAgain, publishSteps } from './large-transaction.ts'
import type { SessionParts } from '../session/session-parts.ts'
import { SliceSender } from './slice-sender.ts'

export class SessionOutput {
  /** Of the publisher at hand. */
  sender: SliceSender
  private readonly parts: SessionParts
  private readonly progressed: (position: number) => void
  private publisher: Publisher

  constructor(
    parts: SessionParts,
    opened: {
      readonly publisher: Publisher
      readonly checkpoint: Checkpoint
      readonly progressed: (position: number) => void
    },
  ) {
    this.parts = parts
    this.publisher = opened.publisher
    this.progressed = opened.progressed
    this.sender = this.senderOf(opened.checkpoint)
  }

  async close(): Promise<void> {
    await this.publisher.close()
  }

  /**
   * Publishes a transaction that waits as it is translated. `commit` sends the checkpoint that accounts for it; when
   * `ended` fires before, it is not called, and nothing may be sent any more. Nothing may be in flight.
   */
  async publish(
    waiting: Exclude<Waiting, { kind: 'rows' | 'fence' }>,
    ended: AbortSignal,
    commit: () => Promise<void>,
  ): Promise<void> {
    if (waiting.kind === 'readAgain') {
      await this.publishReadAgain(waiting.reading(), ended, commit)
      return
    }
    const { clock } = this.parts
    if (await publishSteps(waiting.steps(), { publisher: this.publisher, clock, ended })) await commit()
  }

  private async publishReadAgain(reading: ReadAgain, ended: AbortSignal, commit: () => Promise<void>): Promise<void> {
    const { clock, log: told, openRawLog, names, source, transactionTimeoutMs } = this.parts
    const { key, rows, bytes, from } = reading.transaction
    const passes = reading.passes.length
    told.info('a large source transaction is read again', {
      source,
      transaction: key,
      position: from,
      rows,
      bytes,
      passes,
    })
    await this.reopenFor(reading.transaction)
    const log = await openRawLog(names.rawLog(source))
    try {
      if (!(await publishReadAgain(reading, log, { publisher: this.publisher, clock, ended }))) return
    } finally {
      await log.close()
    }
    await commit()
    await this.sender.settle()
    told.info('the large source transaction is published', { source, transaction: key })
    await this.reopen(transactionTimeoutMs)
  }

  /** Raises `TX_TOO_LARGE` where brokers let no transaction stay open for so long. */
  private async reopenFor(transaction: LargeTransaction): Promise<void> {
    const timeoutMs = largeTimeoutMs(transaction, this.parts.transactionTimeoutMs)
    try {
      await this.reopen(timeoutMs)
    } catch (error) {
      if (!(error instanceof FalseworkError) || error.code !== 'PUBLISH_REFUSED') throw error
      const { key, rows, bytes } = transaction
      const why = `${rows} rows of ${bytes} bytes need a Kafka transaction of ${timeoutMs} ms, which the brokers refuse`
      throw new FalseworkError('TX_TOO_LARGE', `source transaction ${key}: ${why} (${error.message})`)
    }
  }

  /** The time-out of transactions is given when a publisher is opened. Raises `FENCED` when others have published. */
  private async reopen(transactionTimeoutMs: number): Promise<void> {
    const { source, openPublisher } = this.parts
    const before = this.sender.checkpoint
    await this.publisher.close()
    this.publisher = await openPublisher({ source, transactionTimeoutMs })
    const { checkpoint } = this.publisher
    if (checkpoint?.next !== before.next || checkpoint.registryOffset !== before.registryOffset) {
      throw new FalseworkError('FENCED', `another instance has published for ${source} meanwhile`)
    }
    this.sender = this.senderOf(before)
  }

  private senderOf(checkpoint: Checkpoint): SliceSender {
    const { clock, report } = this.parts
    return new SliceSender({ publisher: this.publisher, clock, report, progressed: this.progressed }, checkpoint)
  }
}
