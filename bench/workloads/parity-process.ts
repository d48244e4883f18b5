/** The comparator in a process of its own: `pairs ROUNDS` or `spill FOLDER`; what was measured is said as JSON. */
import { readFileSync, writeFileSync } from 'node:fs'
import { openLmdbParityStores } from '../../src/adapters/lmdb/lmdb-parity-store.ts'
import { emptyTally, tallied } from '../../src/core/parity/causes.ts'
import { Comparator } from '../../src/core/parity/comparator.ts'
import { encodeComparator } from '../../src/core/parity/kept/saved-comparator.ts'
import { dueAmong, SpillBuffer } from '../../src/core/parity/kept/spilled.ts'
import type { Verdict } from '../../src/core/parity/verdict.ts'
import type { ParityStore } from '../../src/ports/parity-store.ts'
import type { PairRound, SpillRound } from './parity.ts'
import { bridgeEvent, comparedBy, nativeEvent, type Way } from './parity-streams.ts'

const pairsPerRound = 100_000
const ways: readonly Way[] = ['by key', 'by alignment']
/** Of events that are made at once, before the clock starts. */
const blockSize = 10_000
const aggregates = 20_000
/** The native stream lags by so many events. */
const lag = 200

/** One round to warm up, which is not counted. */
function pairs(rounds: number): readonly PairRound[] {
  const measured: PairRound[] = []
  for (let round = 0; round <= rounds; round++) {
    for (const way of ways) {
      const cpuSeconds = pairRound(way)
      if (round > 0) measured.push({ way, pairsPerCpuSecond: pairsPerRound / cpuSeconds })
    }
  }
  return measured
}

/** Raises an error where anything is found: then there is no figure. */
function pairRound(way: Way): number {
  const comparator = new Comparator(comparedBy(way))
  let tally = emptyTally
  let cpuUs = 0
  for (let from = 0; from < pairsPerRound + lag; from += blockSize) {
    const events = Array.from({ length: blockSize }, (_, index) => from + index).flatMap((at) => [
      ...(at < pairsPerRound ? [bridgeEvent(at, { aggregates })] : []),
      ...(at >= lag && at < pairsPerRound + lag ? [nativeEvent(bridgeEvent(at - lag, { aggregates }))] : []),
    ])
    const before = process.cpuUsage()
    const verdicts: Verdict[] = []
    for (const event of events) verdicts.push(...comparator.take(event))
    const atMs = events.at(-1)?.atMs ?? 0
    verdicts.push(...comparator.pass({ bridgeMs: atMs, nativeMs: atMs }))
    tally = tallied(tally, verdicts)
    const { user, system } = process.cpuUsage(before)
    cpuUs += user + system
  }
  const { outcomes } = tally.types['OrderChanged'] ?? { outcomes: {} }
  if (outcomes.match?.count !== pairsPerRound || Object.keys(outcomes).length > 1) {
    throw new Error(`${way}: expected ${pairsPerRound} matches, got ${JSON.stringify(outcomes)}`)
  }
  return cpuUs / 1_000_000
}

const pending = 1_000_000
const liveMax = 1_000
const eventsPerWrite = 2_000
const warmUp = 50_000

/** A bridge without a counterpart: all that comes waits, and is missing in the end. */
class Spilling {
  private readonly comparator = new Comparator(comparedBy('by key'))
  private readonly buffer = new SpillBuffer()
  private readonly store: ParityStore
  missing = 0
  /** Of memory that is no page of a file. */
  ownPeakMb = 0

  constructor(store: ParityStore) {
    this.store = store
  }

  async take(from: number, to: number): Promise<void> {
    for (let at = from; at < to; at++) {
      this.comparator.take(bridgeEvent(at, { aggregates: pending + warmUp }))
      if (at % eventsPerWrite === eventsPerWrite - 1) await this.write()
    }
    await this.write()
  }

  async judgeAll(): Promise<void> {
    const atMs = Number.MAX_SAFE_INTEGER / 2
    const watermarks = { bridgeMs: bridgeEvent(pending + warmUp, { aggregates: 1 }).atMs + 700_000, nativeMs: atMs }
    for (;;) {
      const due = dueAmong(this.store.spilledMarks(), { ...watermarks, most: liveMax })
      for (const key of due) this.comparator.restore(this.buffer.restore(key, (one) => this.store.spilled(one)))
      const verdicts = this.comparator.pass(watermarks)
      this.missing += verdicts.filter(({ outcome }) => outcome === 'missing-in-native').length
      if (due.length === 0) return
      await this.write()
    }
  }

  private async write(): Promise<void> {
    this.buffer.add(this.comparator.spill(liveMax))
    await this.store.write({ state: encodeComparator(this.comparator.saved()), ...this.buffer.take() })
    const { resident, ofFiles } = memoryMb()
    this.ownPeakMb = Math.max(this.ownPeakMb, resident - ofFiles)
  }
}

async function spill(folder: string): Promise<SpillRound> {
  const store = await openLmdbParityStores(folder)('bench')
  const spilling = new Spilling(store)
  await spilling.take(0, warmUp)
  const idleMb = memoryMb()
  writeFileSync('/proc/self/clear_refs', '5')
  const startedMs = performance.now()
  await spilling.take(warmUp, warmUp + pending)
  const waitingMb = memoryMb()
  const spilledMs = performance.now()
  await spilling.judgeAll()
  const judgedMs = performance.now()
  const judgedMb = { ...memoryMb(), own: spilling.ownPeakMb }
  await store.close()
  if (spilling.missing !== warmUp + pending) throw new Error(`expected all to be missing, got ${spilling.missing}`)
  return {
    idleMb,
    waitingMb,
    judgedMb,
    spilledPerSecond: (pending / (spilledMs - startedMs)) * 1_000,
    judgedPerSecond: (pending / (judgedMs - spilledMs)) * 1_000,
  }
}

/** See proc(5): resident now, the most of it so far, and what of it are pages of files. */
function memoryMb(): SpillRound['idleMb'] {
  const status = readFileSync('/proc/self/status', 'utf8')
  const of = (line: string): number => Number(new RegExp(`${line}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024
  return { resident: of('VmRSS'), peak: of('VmHWM'), ofFiles: of('RssFile') }
}

const [, , what, word = ''] = process.argv
process.stdout.write(JSON.stringify(what === 'pairs' ? pairs(Number(word)) : await spill(word)))
