/** Compares the two streams of one mapping as long as it holds the lease: reads, pairs, judges, and tells what it found. */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import type { Side } from '../../core/parity/compared-event.ts'
import type { ComparedScopes } from '../../core/parity/compared-scopes.ts'
import type { Comparison } from '../../core/parity/comparison.ts'
import type { StreamOffsets } from '../../core/parity/kept/comparison-state.ts'
import { encodeParityReport } from '../../core/parity/parity-report.ts'
import type { Owners } from '../../core/translation/ownership/routes.ts'
import type { AppendRecord } from '../../ports/kafka/append-record.ts'
import type { Clock, Log } from '../../ports/clock-log-metrics.ts'
import type { Lease } from '../../ports/kafka/lease.ts'
import type { OpenParityStore } from '../../ports/parity-store.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import { latestCheckpoint } from '../observe/source-status.ts'
import type { ComparedStreams } from './compared-streams.ts'
import { type Beginning, ComparisonAtWork } from './comparison.ts'
import { type LeasedWork, runLeased } from './leased-work.ts'

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
const sides: readonly Side[] = ['bridge', 'native']

export class ComparisonWorker {
  private readonly parts: ComparisonWorkerParts

  constructor(parts: ComparisonWorkerParts) {
    this.parts = parts
  }

  /** Until `stop` fires. Never rejects. */
  async run(stop: AbortSignal): Promise<void> {
    const { mapping, lease, clock, log } = this.parts
    const work: LeasedWork['work'] = async (ended, sound) => await this.compare(ended, sound)
    await runLeased({ mapping, lease, clock, log, work, failure: 'events are not compared' }, stop)
  }

  private async compare(ended: AbortSignal, sound: () => void): Promise<void> {
    const { comparison, beginning, mapping, log } = this.parts
    const store = await this.parts.openParityStore(mapping)
    try {
      const { work, offsets } = await ComparisonAtWork.open({ comparison, beginning, store })
      sound()
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
      const { sourceMs, owners } = await this.source(startedMs)
      const scopes = this.parts.streams.scopesUnder(owners)
      const read = await this.read(work, { offsets, scopes })
      offsets = read.offsets
      if (read.isAtEnd && startedMs - judgedMs >= judgeEveryMs) {
        judgedMs = startedMs
        await work.pass({ bridgeMs: Math.min(startedMs, sourceMs), nativeMs: startedMs }, { offsets, scopes })
        await this.tell(work)
      } else if (work.isFull) await work.write(offsets)
    }
    await work.write(offsets)
  }

  private async read(
    work: ComparisonAtWork,
    { offsets, scopes }: { readonly offsets: StreamOffsets; readonly scopes: ComparedScopes },
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
        const event = streams.eventOf({ side, record, partitions: next.length }, scopes)
        if (event !== null) work.take(event)
      }
    }
    const isAtEnd = batches.every(({ next, ends }) => next.every((offset, at) => offset >= (ends[at] ?? 0)))
    const [bridge, native] = batches.map(({ next }) => next)
    return { offsets: { bridge: bridge ?? [], native: native ?? [] }, isAtEnd }
  }

  /** Who owns, and up to when everything that was committed in the source has been published by the bridge. */
  private async source(nowMs: number): Promise<{ readonly sourceMs: number; readonly owners: Owners }> {
    const { topicReader, names, source } = this.parts
    const [range] = await topicReader.range(names.rawLog(source))
    const checkpoint = await latestCheckpoint(topicReader, names.checkpoint(source))
    if (checkpoint === null) return { sourceMs: 0, owners: [] }
    const { next, latestCommitUs, owners = [] } = checkpoint
    // Behind by what has come while this was asked is not behind: the commit time of the last transaction tells.
    if (next >= (range?.end ?? 0)) return { sourceMs: nowMs, owners }
    return { sourceMs: latestCommitUs === null ? 0 : Number(BigInt(latestCommitUs) / 1000n), owners }
  }

  private async tell(work: ComparisonAtWork): Promise<void> {
    const { appendRecord, names, mapping, streams, clock } = this.parts
    const report = work.report(mapping, { topics: streams.topics, atMs: clock.wallMs() })
    await appendRecord(names.parity, { key: Buffer.from(mapping), value: encodeParityReport(report) })
  }
}
