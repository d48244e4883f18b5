/** Compares the two streams of one mapping as long as it holds the lease: reads, pairs, judges, and tells what it found. */
import { remedyOf } from '../../core/diagnostics/error-codes.ts'
import type { Trouble } from '../../core/delivery/failure-verdict.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { Side } from '../../core/parity/compared-event.ts'
import type { Comparison } from '../../core/parity/comparison.ts'
import type { StreamOffsets } from '../../core/parity/kept/comparison-state.ts'
import { encodeParityReport } from '../../core/parity/parity-report.ts'
import type { AppendRecord } from '../../ports/append-record.ts'
import type { Clock, Log } from '../../ports/clock-log-metrics.ts'
import type { Lease } from '../../ports/lease.ts'
import type { OpenParityStore } from '../../ports/parity-store.ts'
import type { TopicReader } from '../../ports/topic-reader.ts'
import { latestCheckpoint } from '../observe/source-status.ts'
import type { ComparedStreams } from './compared-streams.ts'
import { type Beginning, ComparisonAtWork } from './comparison.ts'

export interface ComparisonWorkerParts {
  readonly mapping: string
  readonly source: string
  readonly comparison: Comparison
  readonly beginning: Beginning
  readonly streams: ComparedStreams
  readonly names: TopicNames
  readonly lease: Lease
  readonly openParityStore: OpenParityStore
  readonly topicReader: TopicReader
  readonly appendRecord: AppendRecord
  readonly clock: Clock
  readonly log: Log
}

const readWaitMs = 500
/** How often what has passed is judged, and what was found is told. */
const judgeEveryMs = 1_000
const retryMs = 1_000
const sides: readonly Side[] = ['bridge', 'native']

export type ComparisonPhase = 'waiting' | 'comparing' | 'failing' | 'stopped'

export class ComparisonWorker {
  phase: ComparisonPhase = 'waiting'
  trouble: Trouble | null = null
  private readonly parts: ComparisonWorkerParts

  constructor(parts: ComparisonWorkerParts) {
    this.parts = parts
  }

  /** Until `stop` fires. Never rejects: what fails is tried again, and said once for each cause. */
  async run(stop: AbortSignal): Promise<void> {
    const { lease, clock } = this.parts
    while (!stop.aborted) {
      try {
        const grant = await this.granted(stop)
        if (grant === null) break
        try {
          await this.compare(AbortSignal.any([stop, grant.ended]))
        } finally {
          await grant.release()
        }
      } catch (error) {
        this.failed(error)
        await clock.sleep(retryMs, stop)
      }
    }
    this.phase = 'stopped'
    await lease.close().catch(() => undefined)
  }

  private async granted(stop: AbortSignal) {
    const { lease } = this.parts
    if (this.phase === 'comparing') this.phase = 'waiting'
    const stopped = Promise.withResolvers<null>()
    const tell = (): void => stopped.resolve(null)
    stop.addEventListener('abort', tell, { once: true })
    try {
      return await Promise.race([lease.acquire(), stopped.promise])
    } finally {
      stop.removeEventListener('abort', tell)
    }
  }

  /** Whatever it is: what compares must never be in the way of what publishes. The message of others may hold values. */
  private failed(error: unknown): void {
    const { mapping, log } = this.parts
    const name = error instanceof Error ? error.name : 'unknown'
    const { code, message } = error instanceof FalseworkError ? error : new FalseworkError('INTERNAL', name)
    if (this.trouble?.code !== code) {
      log.warn('events are not compared', { mapping, code, reason: message, remedy: remedyOf(code) })
    }
    this.phase = 'failing'
    this.trouble = { code, message }
  }

  private async compare(ended: AbortSignal): Promise<void> {
    const { comparison, beginning, mapping, log } = this.parts
    const store = await this.parts.openParityStore(mapping)
    try {
      const { work, offsets } = await ComparisonAtWork.open({ comparison, beginning, store })
      this.phase = 'comparing'
      this.trouble = null
      log.info('events are compared', { mapping, resumed: offsets !== null })
      await this.follow(work, offsets ?? (await this.firstOffsets()), ended)
    } finally {
      await store.close()
    }
  }

  /** A window before the word: of what was published at that time the pair may stand on either side of it. */
  private async firstOffsets(): Promise<StreamOffsets> {
    const { streams, topicReader, beginning, comparison } = this.parts
    const sinceMs = beginning.atMs - comparison.windowMs
    const [bridge, native] = await Promise.all(
      sides.map(async (side) => await topicReader.offsetsAt(streams.topics[side], sinceMs)),
    )
    return { bridge: bridge ?? [], native: native ?? [] }
  }

  private async follow(work: ComparisonAtWork, from: StreamOffsets, ended: AbortSignal): Promise<void> {
    const { clock } = this.parts
    let offsets = from
    let judgedMs = 0
    while (!ended.aborted) {
      const startedMs = clock.wallMs()
      const sourceMs = await this.sourceMs(startedMs)
      const read = await this.read(work, offsets)
      offsets = read.offsets
      if (read.isAtEnd && startedMs - judgedMs >= judgeEveryMs) {
        judgedMs = startedMs
        await work.pass({ bridgeMs: Math.min(startedMs, sourceMs), nativeMs: startedMs }, offsets)
        await this.tell(work)
      } else if (work.isFull) await work.write(offsets)
    }
    await work.write(offsets)
  }

  private async read(
    work: ComparisonAtWork,
    offsets: StreamOffsets,
  ): Promise<{ readonly offsets: StreamOffsets; readonly isAtEnd: boolean }> {
    const { topicReader, streams } = this.parts
    const batches = await Promise.all(
      sides.map(
        async (side) => await topicReader.readFrom(streams.topics[side], offsets[side], { maxWaitMs: readWaitMs }),
      ),
    )
    for (const [at, { records, next }] of batches.entries()) {
      const side = sides[at] ?? 'bridge'
      for (const record of records) {
        const event = streams.eventOf(side, record, next.length)
        if (event !== null) work.take(event)
      }
    }
    const isAtEnd = batches.every(({ next, ends }) => next.every((offset, at) => offset >= (ends[at] ?? 0)))
    const [bridge, native] = batches.map(({ next }) => next)
    return { offsets: { bridge: bridge ?? [], native: native ?? [] }, isAtEnd }
  }

  /** Up to when everything that was committed in the source has been published by the bridge. */
  private async sourceMs(nowMs: number): Promise<number> {
    const { topicReader, names, source } = this.parts
    const [range] = await topicReader.range(names.rawLog(source))
    const checkpoint = await latestCheckpoint(topicReader, names.checkpoint(source))
    if (checkpoint === null) return 0
    // Behind by what has come while this was asked is not behind: the commit time of the last transaction tells.
    if (checkpoint.next >= (range?.end ?? 0)) return nowMs
    return checkpoint.latestCommitUs === null ? 0 : Number(BigInt(checkpoint.latestCommitUs) / 1000n)
  }

  private async tell(work: ComparisonAtWork): Promise<void> {
    const { appendRecord, names, mapping, streams, clock } = this.parts
    const report = work.report(mapping, { topics: streams.topics, atMs: clock.wallMs() })
    await appendRecord(names.parity, { key: Buffer.from(mapping), value: encodeParityReport(report) })
  }
}
