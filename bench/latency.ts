/** Offers changes on a clock that waits for nobody, and notes when the event of each is visible. */
import type { Bench } from './bench.ts'
import { followTopic, RawLogLoader } from './bench-kafka.ts'
import { plainJson } from './debezium/record-form.ts'
import { verifiedOutput } from './measure.ts'
import type { MeasuredProcess } from './measured-process.ts'
import { OutputTally } from './output-tally.ts'
import { pause } from './output-watch.ts'
import { partitions, type Peer, type Run } from './peers.ts'
import { createRawLog, expect } from './raw-log.ts'
import { everyUpdate, orderTransaction, rowsPerTransaction } from './workload.ts'

export interface Latencies {
  /** From the moment at which a change was due: a stall counts for everything that waited behind it. */
  readonly latenciesMs: readonly number[]
  /** The share of transactions that were appended more than 5 ms after they were due. */
  readonly lateShare: number
}

/** The first seconds warm the process up and are not counted. */
const warmUpShare = 0.3
const readyMsMax = 60_000
const missingMsMax = 60_000
const lateMs = 5

/** `peer` null: the reader sees the raw log itself, so that what is measured is the harness. */
export async function latencies(bench: Bench, peer: Peer | null, prefix: string): Promise<Latencies> {
  const { addresses, kafka, options } = bench
  const rawTopic = await createRawLog(bench, prefix)
  const run: Run = { addresses, rawPrefix: prefix, prefix }
  const topic = peer?.outputTopic(run) ?? rawTopic
  if (peer !== null) await kafka.topicAdmin.ensure([{ topic, partitions, config: {} }])
  peer?.prepare(run)
  const process = peer?.start(run) ?? null
  const over = new AbortController()
  const load = new OfferedLoad({ addresses, topic: rawTopic }, options)
  const followed = { topic, partitions: peer === null ? 1 : partitions, signal: over.signal }
  const following = followTopic(addresses.brokers, followed, (key) => load.seen(key))
  // Awaited below; until then a failure shows as events that are missing.
  following.catch(() => undefined)
  try {
    await load.begin()
    // The first transaction is not on the clock: who has translated it is ready.
    await until(() => load.visible === rowsPerTransaction, readyMsMax, process)
    await load.offer()
    await until(() => load.visible === load.total, missingMsMax, process)
  } finally {
    over.abort()
    await process?.stop()
    await load.close()
  }
  await following
  if (peer !== null) await verifiedOutput(bench, { peer, run, expected: load.expected })
  return load.result()
}

async function until(done: () => boolean, withinMs: number, process: MeasuredProcess | null): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!done()) {
    await pause(10)
    // Raises an error when it has ended.
    const used = process?.cpuSeconds ?? 0
    if (performance.now() > deadline) {
      throw new Error(`events are missing after ${withinMs / 1000} s (${used} s of CPU):\n${process?.lastWords ?? ''}`)
    }
  }
}

class OfferedLoad {
  readonly total: number
  readonly expected = new OutputTally()
  visible = 0
  private readonly loader: RawLogLoader
  private readonly topic: string
  private readonly rate: number
  private readonly dueMs: number[] = []
  private readonly latenciesMs: number[] = []
  private readonly seenOfOrder = new Map<number, number>()
  private lateTransactions = 0

  constructor(
    { addresses, topic }: { readonly addresses: Bench['addresses']; readonly topic: string },
    { rate, seconds }: Bench['options'],
  ) {
    this.loader = new RawLogLoader(addresses.brokers)
    this.topic = topic
    this.rate = rate
    this.total = rowsPerTransaction * Math.ceil((rate * seconds) / rowsPerTransaction)
  }

  async begin(): Promise<void> {
    await this.loader.open(this.topic)
    await this.append(0, performance.now())
  }

  async offer(): Promise<void> {
    const intervalMs = (1000 * rowsPerTransaction) / this.rate
    const startMs = performance.now()
    for (let number = 1; number < this.total / rowsPerTransaction; number++) {
      const due = startMs + number * intervalMs
      while (performance.now() < due) await pause(1)
      if (performance.now() > due + lateMs) this.lateTransactions += 1
      await this.append(number, due)
    }
  }

  /** The nth event of an order is that of its nth update: updates go round the orders. */
  seen(key: Buffer | null): void {
    const order = Number(/^(?:\{"id":)?(\d+)\}?$/.exec(key?.toString() ?? '')?.[1])
    if (Number.isNaN(order)) return
    const occurrence = this.seenOfOrder.get(order) ?? 0
    this.seenOfOrder.set(order, occurrence + 1)
    const change = occurrence * everyUpdate.orders + order - 1
    this.latenciesMs[change] = performance.now() - (this.dueMs[change] ?? Number.NaN)
    this.visible += 1
  }

  result(): Latencies {
    return {
      latenciesMs: this.latenciesMs.slice(Math.floor(this.total * warmUpShare)),
      lateShare: this.lateTransactions / (this.total / rowsPerTransaction),
    }
  }

  async close(): Promise<void> {
    await this.loader.close()
  }

  private async append(number: number, due: number): Promise<void> {
    for (let row = 0; row < rowsPerTransaction; row++) this.dueMs[number * rowsPerTransaction + row] = due
    const log = { topic: this.topic, form: plainJson, updates: everyUpdate }
    for (const raw of orderTransaction(log, number)) {
      expect(this.expected, raw)
      await this.loader.append([raw.record])
    }
    await this.loader.flush()
  }
}
