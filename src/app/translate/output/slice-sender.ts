/** Sends slices one after the other: one Kafka transaction is in flight while the next slice is being translated. */
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Slice } from '../../../core/translation/source-translation.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { Publisher } from '../../../ports/kafka/publisher.ts'
import type { SliceReport } from '../slice-report.ts'

/** `outputSinceMs`: since when there has been output in the slice at hand, by a clock that never goes back. */
type Sending =
  | { readonly kind: 'gathering'; readonly outputSinceMs: number | null }
  /** One slice is in flight, and the next one gathers. */
  | { readonly kind: 'sending'; readonly outputSinceMs: number | null; readonly settled: Promise<void> }
  /** The publisher is spent: whoever asks next is told why. */
  | { readonly kind: 'failed'; readonly error: unknown }

/** Small enough not to be felt, large enough that a busy source shares the price of a transaction. */
const lingerMs = 5
/** A checkpoint without output goes out after this time, so that a restart does not read the quiet hours again. */
const idleCheckpointMs = 5_000
/** Between looks at a source without output. */
const quietMs = 250

interface SliceSenderParts {
  readonly publisher: Publisher
  readonly clock: Clock
  readonly report: SliceReport
  readonly progressed: (position: number) => void
}

export class SliceSender {
  private readonly parts: SliceSenderParts
  private sending: Sending = { kind: 'gathering', outputSinceMs: null }
  private lastSentMs: number
  /** What was sent last, seen or not. */
  private sent: Checkpoint

  constructor(parts: SliceSenderParts, checkpoint: Checkpoint) {
    this.parts = parts
    this.sent = checkpoint
    this.lastSentMs = parts.clock.nowMs()
  }

  get checkpoint(): Checkpoint {
    return this.sent
  }

  /** A batch was translated, and the slice at hand has output or not. */
  gathered(output: 'some' | 'none'): void {
    const { sending } = this
    if (sending.kind === 'failed' || output === 'none' || sending.outputSinceMs !== null) return
    this.sending = { ...sending, outputSinceMs: this.parts.clock.nowMs() }
  }

  /** Whether what was translated should go out now. */
  isDue({ moved, output }: { readonly moved: boolean; readonly output: 'some' | 'none' }): boolean {
    if (this.sending.kind !== 'gathering') return false
    const nowMs = this.parts.clock.nowMs()
    const { outputSinceMs } = this.sending
    if (output === 'some') return nowMs - (outputSinceMs ?? nowMs) >= lingerMs
    return moved && nowMs - this.lastSentMs >= idleCheckpointMs
  }

  /** Until something may be due, ms, or what is in flight has settled: there is nothing to look at before. */
  get pause(): { readonly ms: number } | { readonly until: Promise<void> } {
    if (this.sending.kind === 'sending') return { until: this.sending.settled }
    const outputSinceMs = this.sending.kind === 'gathering' ? this.sending.outputSinceMs : null
    return { ms: outputSinceMs === null ? quietMs : lingerMs }
  }

  /** Sends a slice when the one before it has become visible. Raises what has failed before. */
  async send(take: () => Slice): Promise<void> {
    await this.settle()
    const slice = take()
    const { publisher, clock, report, progressed } = this.parts
    const sinceMs = clock.nowMs()
    this.lastSentMs = sinceMs
    this.sent = slice.checkpoint
    const { checkpoint } = slice
    const settled = publish(publisher, slice)
      .then(() => {
        report.published(slice, clock.nowMs() - sinceMs)
        progressed(checkpoint.next)
        const outputSinceMs = this.sending.kind === 'sending' ? this.sending.outputSinceMs : null
        this.sending = { kind: 'gathering', outputSinceMs }
      })
      .catch((error: unknown) => {
        if (error instanceof FalseworkError) report.refused(error.code)
        this.sending = { kind: 'failed', error }
      })
    this.sending = { kind: 'sending', outputSinceMs: null, settled }
  }

  /** Nothing is in flight. Raises what has failed. */
  async settle(): Promise<void> {
    const { sending } = this
    if (sending.kind === 'sending') await sending.settled
    this.rethrow()
  }

  /** Raises what has failed. */
  rethrow(): void {
    const { sending } = this
    if (sending.kind === 'failed') throw sending.error
  }
}

/** Runs up to the commit without a pause as long as the publisher has room. */
async function publish(publisher: Publisher, { records, checkpoint, applied }: Slice): Promise<void> {
  for (const record of records) {
    const full = publisher.append(record)
    if (full !== null) await full
  }
  await publisher.commit({ checkpoint, ...(applied === null ? {} : { applied }) })
}
