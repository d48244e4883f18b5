/** `w11`: a daemon with rows of state comes back: with its store, and without it. */
import { type Bench, defaultsWith, median, type Workload } from '../bench.ts'
import { RawLogLoader } from '../bench-kafka.ts'
import { plainJson } from '../debezium/record-form.ts'
import { uniform } from '../draw.ts'
import { DrawnUpdates, keptOrders, keptOrdersProject, withoutBefore } from '../kept-orders.ts'
import { verifiedOutput } from '../measure.ts'
import { OutputTally } from '../output-tally.ts'
import { OutputWatch } from '../output-watch.ts'
import { falsework, loseRows, partitions, type Peer, type Run } from '../peers.ts'
import { expect, loadRawLog, rawTopicOf } from '../raw-log.ts'
import { rowsPerTransaction } from '../workload.ts'

const prefix = 'w11.'
/** Until the first of them is seen, and until all are. */
const changesWhileAway = 1_000

interface Restarts {
  /** From the start of the process to the first event of what came while it was away. */
  readonly restartMs: number
  /** The same when its store was lost meanwhile. */
  readonly restartWithoutRowsMs: number
  readonly rebuiltPerSecond: number
}

export const w11: Workload = {
  summary: 'restart with rows of state to the first event; rebuild of a lost store, in rows per second',
  defaults: { ...defaultsWith(100_000), rounds: 3 },
  run: async (bench) => {
    const source = await prepared(bench)
    const rounds: Restarts[] = []
    for (let number = 1; number <= bench.options.rounds; number++) {
      const round = await restarts(source)
      const { restartMs, restartWithoutRowsMs, rebuiltPerSecond } = round
      const said = [restartMs, restartWithoutRowsMs, rebuiltPerSecond].map(Math.round)
      bench.say(`round ${number}: ${said[0] ?? 0} ms, ${said[1] ?? 0} ms without the store: ${said[2] ?? 0} rows/s`)
      rounds.push(round)
    }
    loseRows(source.run)
    await verifiedOutput(bench, source)
    const of = (pick: (round: Restarts) => number): number => median(rounds.map(pick))
    const figures = [
      { name: 'w11: restart to the first event, s', value: of(({ restartMs }) => restartMs / 1_000), wanted: '≤ 10' },
      {
        name: 'w11: the same without a store, s',
        value: of(({ restartWithoutRowsMs }) => restartWithoutRowsMs / 1_000),
      },
      { name: 'w11: rows rebuilt per second', value: of((round) => round.rebuiltPerSecond), wanted: '≥ 100000' },
    ]
    return { figures, measured: rounds }
  },
}

interface PreparedSource {
  readonly bench: Bench
  readonly peer: Peer
  readonly run: Run
  readonly draws: DrawnUpdates
  readonly expected: OutputTally
  /** Changes in the raw log, rows of the snapshot included: what a rebuild reads. */
  logged: number
}

/** A daemon has translated a snapshot and updates, and has ended. */
async function prepared(bench: Bench): Promise<PreparedSource> {
  const { rows, changes } = bench.options
  const peer = falsework(keptOrdersProject(bench, 'w11'))
  const run: Run = { addresses: bench.addresses, rawPrefix: prefix, prefix }
  await bench.kafka.topicAdmin.ensure([{ topic: peer.outputTopic(run), partitions, config: {} }])
  const log = { topic: rawTopicOf(prefix), form: plainJson, orders: rows }
  const draws = new DrawnUpdates({ ...log, draw: uniform(rows), written: withoutBefore })
  await loadRawLog(bench, prefix, () => keptOrders(log))
  loseRows(run)
  peer.prepare(run)
  const source: PreparedSource = { bench, peer, run, draws, expected: new OutputTally(), logged: rows }
  await append(source, changes)
  await untilFirst(source)
  return source
}

async function append(source: PreparedSource, changes: number): Promise<void> {
  const loader = new RawLogLoader(source.bench.addresses.brokers)
  await loader.open(rawTopicOf(prefix))
  for (let number = 0; number < changes / rowsPerTransaction; number++) {
    for (const raw of source.draws.next()) {
      expect(source.expected, raw)
      await loader.append([raw.record])
    }
  }
  await loader.flush()
  await loader.close()
  source.logged += changes
}

/** The rebuild reads what was logged before the restart: what the restart takes with rows is not its. */
async function restarts(source: PreparedSource): Promise<Restarts> {
  const restartMs = await restart(source)
  loseRows(source.run)
  const { logged } = source
  const restartWithoutRowsMs = await restart(source)
  return { restartMs, restartWithoutRowsMs, rebuiltPerSecond: (logged / (restartWithoutRowsMs - restartMs)) * 1_000 }
}

/** Gives the time from the start of the process to its first event. */
async function restart(source: PreparedSource): Promise<number> {
  await append(source, changesWhileAway)
  return await untilFirst(source)
}

/** Starts the daemon, which ends when all events are there, and gives the time until there was the first. */
async function untilFirst({ bench, peer, run, expected }: PreparedSource): Promise<number> {
  const topic = peer.outputTopic(run)
  const ends = (await bench.kafka.topicReader.range(topic)).map(({ end }) => end)
  const startedMs = performance.now()
  const process = peer.start(run)
  try {
    const watch = new OutputWatch({ kafka: bench.kafka, topic, process })
    const first = await watch.grownFrom(ends)
    await watch.reached(expected.events)
    await watch.atRest()
    return first.wallMs - startedMs
  } finally {
    await process.stop()
  }
}
