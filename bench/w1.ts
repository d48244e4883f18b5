/** `w1`: 200,000 updates preloaded into a raw log, one event each, exactly once; events per CPU-second beside a peer. */
import type { KafkaPorts } from '../src/adapters/kafka/connect-kafka.ts'
import { rawLogTopic } from '../src/app/translate/own-topics.ts'
import { topicNames } from '../src/core/delivery/topic-names.ts'
import type { StackAddresses } from '../stack/stack.ts'
import { RawLogLoader, readOutput, visibleOffsets } from './bench-kafka.ts'
import { falsework, handWritten, partitions, type Peer, type Run } from './peers.ts'
import { rowsPerTransaction, transactionRecords } from './workload.ts'

export interface W1Options {
  readonly changes: number
  readonly rounds: number
  readonly say: (line: string) => void
}

export interface Round {
  readonly eventsPerCpuSecond: number
  readonly eventsPerSecond: number
  readonly peakRssMb: number
}

export interface W1Result {
  readonly changes: number
  readonly peers: readonly { readonly name: string; readonly rounds: readonly Round[] }[]
}

const peers: readonly Peer[] = [falsework, handWritten]
/** The clock starts when this share is visible: a start-up is paid once a week, and is not what is compared. */
const measuredFromShare = 0.1
const pollMs = 25

export async function w1(addresses: StackAddresses, kafka: KafkaPorts, options: W1Options): Promise<W1Result> {
  const rawPrefix = 'w1.'
  const rawLog = topicNames(rawPrefix).rawLog('bench')
  await kafka.topicAdmin.ensure([rawLogTopic(topicNames(rawPrefix), 'bench')])
  options.say(`loading ${options.changes} changes in source transactions of ${rowsPerTransaction} rows`)
  await load(addresses.brokers, rawLog, options.changes)
  const rounds = new Map(peers.map((peer): [Peer, Round[]] => [peer, []]))
  for (let round = 0; round <= options.rounds; round++) {
    for (const peer of peers) {
      const run: Run = { addresses, rawLog, prefix: `w1.${peers.indexOf(peer)}.${round}.` }
      const measured = await measure({ kafka, peer, run, changes: options.changes })
      const kind = round === 0 ? 'warm-up' : `round ${round}`
      options.say(`${kind}: ${peer.name}: ${describeRound(measured)}`)
      if (round > 0) rounds.get(peer)?.push(measured)
    }
  }
  return {
    changes: options.changes,
    peers: [...rounds].map(([{ name }, measured]) => ({ name, rounds: measured })),
  }
}

export const describeRound = ({ eventsPerCpuSecond, eventsPerSecond, peakRssMb }: Round): string =>
  `${Math.round(eventsPerCpuSecond)} events per CPU-second, ${Math.round(eventsPerSecond)} per second, ${Math.round(peakRssMb)} MB`

async function load(brokers: string, topic: string, changes: number): Promise<void> {
  const loader = new RawLogLoader(brokers)
  await loader.open(topic)
  for (let number = 0; number < changes / rowsPerTransaction; number++) {
    await loader.append(transactionRecords(topic, number))
  }
  await loader.flush()
  await loader.close()
}

interface Measurement {
  readonly kafka: KafkaPorts
  readonly peer: Peer
  readonly run: Run
  readonly changes: number
}

async function measure({ kafka, peer, run, changes }: Measurement): Promise<Round> {
  const topic = peer.outputTopic(run)
  await kafka.topicAdmin.ensure([{ topic, partitions, config: {} }])
  peer.prepare(run)
  const process = peer.start(run)
  try {
    const start = await waitFor(kafka, topic, changes * measuredFromShare)
    const [cpuStart, wallStart] = [process.cpuSeconds, performance.now()]
    // Markers take offsets too, so that the count is exact only at the end.
    await waitFor(kafka, topic, changes)
    await settle(kafka, topic)
    const [cpuEnd, wallEnd] = [process.cpuSeconds, performance.now()]
    const { peakRssMb } = process
    await verify(kafka, topic, changes)
    const events = changes - start
    return {
      eventsPerCpuSecond: events / (cpuEnd - cpuStart),
      eventsPerSecond: (events / (wallEnd - wallStart)) * 1000,
      peakRssMb,
    }
  } finally {
    await process.stop()
  }
}

async function waitFor(kafka: KafkaPorts, topic: string, wanted: number): Promise<number> {
  for (;;) {
    const visible = await visibleOffsets(kafka, topic)
    if (visible >= wanted) return visible
    await pause(pollMs)
  }
}

/** Until nothing has come for four polls: the last transactions' markers are counted then. */
async function settle(kafka: KafkaPorts, topic: string): Promise<void> {
  let [before, quiet] = [-1, 0]
  while (quiet < 4) {
    const visible = await visibleOffsets(kafka, topic)
    quiet = visible === before ? quiet + 1 : 0
    before = visible
    await pause(pollMs)
  }
}

/** A run whose output is wrong has no number: every key has as many events as it had changes. */
async function verify(kafka: KafkaPorts, topic: string, changes: number): Promise<void> {
  const counts = await readOutput(kafka, topic)
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const uneven = [...counts.values()].some((count) => Math.abs(count - total / counts.size) >= 1)
  if (total !== changes || uneven)
    throw new Error(`${topic} has ${total} events over ${counts.size} keys, expected ${changes}`)
}

const pause = async (ms: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
