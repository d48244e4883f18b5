/** `w1`: updates of a wide table, every second one gives an event, exactly once, beside a handler written by hand. */
import { defaultsWith, type Workload } from '../bench.ts'
import { plainJson } from '../debezium/record-form.ts'
import type { RawRecord } from '../debezium/source-transaction.ts'
import { falsework, handWritten } from '../peers.ts'
import { benchProject } from '../projects.ts'
import { loadRawLog } from '../raw-log.ts'
import { comparison, figuresOf, interleaved } from '../rounds.ts'
import { everySecondUpdate, orderLog } from '../workload.ts'

/** The raw log that other workloads are compared with. */
export const w1Records =
  (changes: number) =>
  (topic: string): Iterable<RawRecord> =>
    orderLog({ topic, form: plainJson, updates: everySecondUpdate }, changes)

export const w1: Workload = {
  summary: 'updates of a 25-column table in JSON, beside a hand-written kafkajs handler',
  defaults: defaultsWith(1_000_000),
  run: async (bench) => {
    const log = await loadRawLog(bench, 'w1.', w1Records(bench.options.changes))
    const peers = [falsework(benchProject), handWritten]
    const measured = await interleaved(
      bench,
      peers.map((peer) => ({ name: peer.name, peer, log })),
    )
    const ratio = comparison(measured, (ours, theirs) => ours.changesPerCpuSecond / theirs.changesPerCpuSecond)
    const figures = [
      ...figuresOf(measured),
      { name: 'w1: changes per CPU-second ÷ hand-written handler', wanted: '≥ 2.6', ...ratio },
    ]
    return { figures, measured }
  },
}
