/** Watches the public topics of one mapping for as long as it holds the lease: an epoch that decreases is an alarm. */
import { remedyOf } from '../../core/diagnostics/error-codes.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { decodeKeptEpochs, encodeKeptEpochs, type KeptEpochs } from '../../core/migration/epochs/kept-epochs.ts'
import { encodeEpochReport, epochReportKey } from '../../core/migration/epochs/epoch-report.ts'
import { decreaseText, type EpochDecrease, EpochWatch } from '../../core/migration/epochs/epoch-watch.ts'
import type { AppendRecord } from '../../ports/kafka/append-record.ts'
import type { Clock, Log, Metrics } from '../../ports/clock-log-metrics.ts'
import type { Lease } from '../../ports/kafka/lease.ts'
import type { OpenParityStore, ParityStore } from '../../ports/parity-store.ts'
import type { TopicReader, TopicRecord } from '../../ports/kafka/topic-reader.ts'
import { type LeasedWork, runLeased } from './leased-work.ts'

export interface EpochMonitorParts {
  readonly mapping: string
  /** On Kafka. */
  readonly topics: readonly string[]
  /** When the first handover was asked for, ms since the epoch: before it every event has the first epoch. */
  readonly sinceMs: number
  /** Null: the record is of another mapping, or tells no epoch. */
  readonly epochOf: (record: TopicRecord) => number | null
  readonly names: TopicNames
  readonly lease: Lease
  readonly openStore: OpenParityStore
  readonly topicReader: TopicReader
  readonly appendRecord: AppendRecord
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

type Offsets = KeptEpochs['offsets']

/** An alarm may come some seconds later than an event: nobody waits for it. */
const pollMs = 1_000
/** How often it is written how far it is; after a crash so much is read again. */
const keepEveryMs = 10_000
/** Clocks of an operator, of producers and of brokers are not further apart; to begin too early costs reading alone. */
const clocksApartMs = 600_000

export class EpochMonitor {
  private readonly parts: EpochMonitorParts

  constructor(parts: EpochMonitorParts) {
    this.parts = parts
  }

  /** Until `stop` fires. Never rejects. */
  async run(stop: AbortSignal): Promise<void> {
    const { mapping, lease, clock, log } = this.parts
    const work: LeasedWork['work'] = async (ended, sound) => await this.watch(ended, sound)
    await runLeased({ mapping, lease, clock, log, work, failure: 'epochs are not watched' }, stop)
  }

  private async watch(ended: AbortSignal, sound: () => void): Promise<void> {
    const { mapping, openStore, log } = this.parts
    const store = await openStore(epochsName(mapping))
    try {
      const kept = await this.keptIn(store)
      const offsets = kept?.offsets ?? (await this.firstOffsets())
      sound()
      log.info('epochs are watched', { mapping, resumed: kept !== null })
      await this.follow(new EpochWatch(kept?.saved), { store, offsets, ended })
    } finally {
      await store.close()
    }
  }

  /** What retention has taken meanwhile was not watched. Null: nothing is kept of these topics as they are now. */
  private async keptIn(store: ParityStore): Promise<KeptEpochs | null> {
    const bytes = store.state()
    if (bytes === null) return null
    const { saved, offsets } = decodeKeptEpochs(bytes)
    const there = await this.each(async (topic) => {
      const ranges = await this.parts.topicReader.range(topic)
      const known = offsets[topic]
      if (known?.length !== ranges.length || ranges.some(({ end }, at) => (known[at] ?? 0) > end)) return null
      return ranges.map(({ first }, at) => Math.max(first, known[at] ?? 0))
    })
    const sound = there.flatMap(([topic, at]) => (at === null ? [] : [[topic, at] as const]))
    return sound.length < there.length ? null : { saved, offsets: Object.fromEntries(sound) }
  }

  private async firstOffsets(): Promise<Offsets> {
    const sinceMs = Math.max(0, this.parts.sinceMs - clocksApartMs)
    return Object.fromEntries(await this.each(async (topic) => await this.parts.topicReader.offsetsAt(topic, sinceMs)))
  }

  private async each<T>(ask: (topic: string) => Promise<T>): Promise<readonly (readonly [topic: string, answer: T])[]> {
    return await Promise.all(this.parts.topics.map(async (topic) => [topic, await ask(topic)] as const))
  }

  private async follow(
    watch: EpochWatch,
    { store, offsets: from, ended }: { store: ParityStore; offsets: Offsets; ended: AbortSignal },
  ): Promise<void> {
    const { clock } = this.parts
    let offsets = from
    let keptMs = 0
    while (!ended.aborted) {
      const read = await this.read(watch, offsets)
      offsets = read.offsets
      const nowMs = clock.wallMs()
      if (read.isDecreased || nowMs - keptMs >= keepEveryMs) {
        keptMs = nowMs
        await this.keep(watch, { store, offsets })
      }
      if (read.isAtEnd) await clock.sleep(pollMs, ended)
    }
    await this.keep(watch, { store, offsets })
  }

  private async read(watch: EpochWatch, offsets: Offsets) {
    const batches = await this.each(
      async (topic) => await this.parts.topicReader.readFrom(topic, offsets[topic] ?? [], { maxWaitMs: 0 }),
    )
    const decreases = batches.flatMap(([, { records }]) => records.flatMap((record) => this.taken(watch, record)))
    for (const decrease of decreases) this.tell(decrease)
    return {
      offsets: Object.fromEntries(batches.map(([topic, { next }]) => [topic, next])),
      isAtEnd: batches.every(([, { next, ends }]) => next.every((offset, at) => offset >= (ends[at] ?? 0))),
      isDecreased: decreases.length > 0,
    }
  }

  private taken(watch: EpochWatch, record: TopicRecord): readonly EpochDecrease[] {
    const epoch = this.parts.epochOf(record)
    const decrease = epoch === null ? null : watch.take({ ...record, epoch })
    return decrease === null ? [] : [decrease]
  }

  /** Once for each partition: the metric says how many there are. */
  private tell(decrease: EpochDecrease): void {
    const { mapping, log, metrics } = this.parts
    const { topic, partition, offset, before, epoch, records } = decrease
    metrics.add('epoch_decreases_total', { topic, partition: String(partition) }, 1)
    if (records > 1) return
    const [code, reason] = ['EPOCH_DECREASED', decreaseText(decrease)]
    const place = { mapping, topic, partition, offset, before, epoch }
    log.error('an epoch has decreased', { ...place, code, reason, remedy: remedyOf(code) })
  }

  /** The report behind what it tells of: whoever reads it can rely on that it is told again after a restart. */
  private async keep(watch: EpochWatch, { store, offsets }: { store: ParityStore; offsets: Offsets }): Promise<void> {
    const { mapping, names, appendRecord, clock } = this.parts
    await store.write({ state: encodeKeptEpochs({ saved: watch.saved(), offsets }), removed: [], spilled: [] })
    const { decreases, forgotten } = watch
    const value = encodeEpochReport({ atMs: clock.wallMs(), decreases, forgotten })
    await appendRecord(names.parity, { key: Buffer.from(epochReportKey(mapping)), value })
  }
}

/** Of its store and its lease, beside those of the comparison: no mapping has such a name. */
export const epochsName = (mapping: string): string => `${mapping}~epochs`
