/** `w6`: one source transaction that no memory has room for, as a nightly batch writes it: peak RSS above idle. */
import { type Bench, defaultsWith, median, type Workload } from '../bench.ts'
import { plainJson } from '../debezium/record-form.ts'
import { placeOf, type RawRecord, type Row, sourceTransaction } from '../debezium/source-transaction.ts'
import { verifiedOutput } from '../measure.ts'
import { OutputTally } from '../output-tally.ts'
import { OutputWatch, pause } from '../output-watch.ts'
import { falsework, partitions, type Run } from '../peers.ts'
import { benchProject } from '../projects.ts'
import { createRawLog, loadRawLog } from '../raw-log.ts'
import { everySecondUpdate, orderLog, rowsPerTransaction, type Updates, updateRow } from '../workload.ts'

/** Before it, so that an idle process is one that has worked. */
const usualChanges = 20_000
const idleMs = 3_000

interface BulkRound {
  readonly idleRssMb: number
  readonly peakRssMb: number
  readonly changesPerCpuSecond: number
}

export const w6: Workload = {
  summary: 'one source transaction of a million rows; peak RSS above idle',
  defaults: { ...defaultsWith(1_000_000), rounds: 3 },
  run: async (bench) => {
    const rounds: BulkRound[] = []
    for (let number = 1; number <= bench.options.rounds; number++) {
      const round = await bulkRound(bench, `w6.${number}.`)
      const [idle, peak] = [round.idleRssMb, round.peakRssMb].map(Math.round)
      bench.say(`round ${number}: RSS ${idle ?? 0} MB idle, ${peak ?? 0} MB at the peak`)
      rounds.push(round)
    }
    const of = (pick: (round: BulkRound) => number): number => median(rounds.map(pick))
    const figures = [
      { name: 'w6: changes per CPU-second', value: of(({ changesPerCpuSecond }) => changesPerCpuSecond) },
      { name: 'w6: peak RSS, MB', value: of(({ peakRssMb }) => peakRssMb) },
      {
        name: 'w6: peak RSS above idle, MB',
        value: of(({ idleRssMb, peakRssMb }) => peakRssMb - idleRssMb),
        wanted: '≤ 300',
      },
    ]
    return { figures, measured: rounds }
  },
}

async function bulkRound(bench: Bench, prefix: string): Promise<BulkRound> {
  const { addresses, kafka, options } = bench
  const run: Run = { addresses, rawPrefix: prefix, prefix }
  const peer = falsework(benchProject)
  const topic = peer.outputTopic(run)
  await createRawLog(bench, prefix)
  await kafka.topicAdmin.ensure([{ topic, partitions, config: {} }])
  peer.prepare(run)
  const process = peer.start(run)
  const expected = new OutputTally()
  const translated = async (): Promise<void> => {
    const watch = new OutputWatch({ kafka, topic, process })
    await watch.reached(expected.events)
    await watch.atRest()
  }
  try {
    await loadRawLog(bench, prefix, usualRecords, expected)
    await translated()
    await pause(idleMs)
    const [idleRssMb, idleCpuSeconds] = [process.rssMb, process.cpuSeconds]
    process.forgetPeak()
    await loadRawLog(bench, prefix, (rawTopic) => bulkTransaction(rawTopic, options.changes), expected)
    await translated()
    const { peakRssMb, cpuSeconds } = process
    await process.stop()
    await verifiedOutput(bench, { peer, run, expected })
    return { idleRssMb, peakRssMb, changesPerCpuSecond: options.changes / (cpuSeconds - idleCpuSeconds) }
  } finally {
    await process.stop()
  }
}

const usualRecords = (topic: string): Iterable<RawRecord> =>
  orderLog({ topic, form: plainJson, updates: everySecondUpdate }, usualChanges)

/** Each row is of another order: changes of one row in one transaction would become one. */
function bulkTransaction(topic: string, changes: number): Iterable<RawRecord> {
  const updates: Updates = { ...everySecondUpdate, orders: changes }
  const place = placeOf(usualChanges / rowsPerTransaction, { topic, form: plainJson, rowsMax: rowsPerTransaction })
  return sourceTransaction(place, rowsOf(changes, { updates, commitUs: place.commitUs }))
}

function* rowsOf(
  changes: number,
  { updates, commitUs }: { readonly updates: Updates; readonly commitUs: number },
): Generator<Row> {
  for (let update = 0; update < changes; update++) yield updateRow({ update, commitUs }, updates)
}
