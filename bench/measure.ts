/** One program on one raw log, from its start to its last event: verified, then counted. */
import { letterIdOf } from '../src/core/event/dead-letter/dead-letter-parts.ts'
import type { Bench } from './bench.ts'
import { OutputTally } from './output-tally.ts'
import { OutputWatch, type Reading } from './output-watch.ts'
import { loseRows, partitions, type Peer, type Run, storeBytesOf } from './peers.ts'
import type { RawLog } from './raw-log.ts'

export interface Round {
  readonly changesPerCpuSecond: number
  readonly changesPerSecond: number
  readonly peakRssMb: number
  /** How many changes were counted, and their CPU. */
  readonly changes: number
  readonly cpuSeconds: number
  /** Of the row store on the disk, at the end; 0: there is none. */
  readonly storeBytes: number
  readonly events: number
  readonly deadLetters: number
  readonly idDigest: string
}

/** The clock starts here: what comes before is start-up, and code that is not compiled yet. */
const measuredFromShare = 0.5

/** Raises an error for a run whose output is wrong: it has no number. */
export async function measure(bench: Bench, peer: Peer, { log, prefix }: MeasuredLog): Promise<Round> {
  const run: Run = { addresses: bench.addresses, rawPrefix: log.prefix, prefix }
  const topic = peer.outputTopic(run)
  await bench.kafka.topicAdmin.ensure([{ topic, partitions, config: {} }])
  loseRows(run)
  peer.prepare(run)
  const process = peer.start(run)
  try {
    const watch = new OutputWatch({ kafka: bench.kafka, topic, process })
    const from = await watch.reached(log.expected.events * measuredFromShare)
    await watch.reached(log.expected.events)
    const to = await watch.atRest()
    const { peakRssMb } = process
    await process.stop()
    const { tally, beyond } = await verifiedOutput(bench, { peer, run, expected: log.expected, from })
    const changes = log.changes * (beyond / tally.events)
    const cpuSeconds = to.cpuSeconds - from.cpuSeconds
    return {
      changesPerCpuSecond: changes / cpuSeconds,
      changesPerSecond: (changes / (to.wallMs - from.wallMs)) * 1000,
      peakRssMb,
      changes: Math.round(changes),
      cpuSeconds,
      storeBytes: storeBytesOf(run),
      events: tally.events,
      deadLetters: tally.deadLetters,
      idDigest: tally.idDigest,
    }
  } finally {
    await process.stop()
    loseRows(run)
  }
}

export interface MeasuredLog {
  readonly log: RawLog
  /** Behind which the topics of this run stand. */
  readonly prefix: string
}

interface Output {
  readonly peer: Peer
  readonly run: Run
  readonly expected: OutputTally
  readonly from?: Reading
}

/** Everything that came out, as it was expected, and how many events of it stand behind the reading. */
export async function verifiedOutput(
  { kafka }: Bench,
  { peer, run, expected, from }: Output,
): Promise<{ readonly tally: OutputTally; readonly beyond: number }> {
  const everything = { from: 'beginning', follow: false, signal: new AbortController().signal } as const
  const tally = new OutputTally()
  let beyond = 0
  const topic = peer.outputTopic(run)
  for await (const record of kafka.topicReader.read(topic, everything)) {
    const { id, text } = peer.read(record)
    tally.add({ key: record.key?.toString() ?? '', text }, id)
    if (record.offset >= (from?.ends[record.partition] ?? 0)) beyond += 1
  }
  const deadLetters = peer.deadLetterTopic(run)
  if (deadLetters !== null) {
    for await (const { key, value } of kafka.topicReader.read(deadLetters, everything)) {
      const id = key?.toString() ?? ''
      // Of one in several records the first counts.
      if (value !== null && letterIdOf(id) === id) tally.deadLetters += 1
    }
  }
  const difference = tally.differenceFrom(expected)
  if (difference !== null) throw new Error(`${topic} is wrong, so the run has no number: ${difference}`)
  return { tally, beyond }
}
