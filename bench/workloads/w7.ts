/** `w7`: the updates of w1 where the log does not say what a row was, so that it is read from the row store. */
import { type Bench, defaultsWith, type Figure, median, type Workload } from '../bench.ts'
import { plainJson } from '../debezium/record-form.ts'
import { type Draw, uniform, zipf } from '../draw.ts'
import { drawnUpdates, keptOrders, keptOrdersProject, withoutBefore } from '../kept-orders.ts'
import { falsework } from '../peers.ts'
import { benchProject } from '../projects.ts'
import { loadRawLog, type RawLog } from '../raw-log.ts'
import { type Contestant, costOf, figuresOf, interleaved, type Measured } from '../rounds.ts'
import { w1Records } from './w1.ts'

/** Few rows get many of the changes: as in YCSB, and as in shops. */
const zipfExponent = 0.99

const keys: readonly { readonly name: string; readonly draw: (rows: number) => Draw }[] = [
  { name: 'uniform keys', draw: uniform },
  { name: 'Zipf keys', draw: (rows) => zipf(rows, zipfExponent) },
]

export const w7: Workload = {
  summary: 'before-images from the row store, uniform and Zipf keys; cost per change ÷ w1, bytes per row',
  defaults: defaultsWith(500_000),
  run: async (bench) => {
    const { rows } = bench.options
    const peer = falsework(keptOrdersProject(bench, 'w7'))
    const own: Contestant[] = []
    for (const [index, { name, draw }] of keys.entries()) {
      own.push({ name: `w7, ${name}`, peer, log: await loadKeptLog(bench, `w7.${index}.`, draw(rows)) })
    }
    const usual = await loadRawLog(bench, 'w1.', w1Records(bench.options.changes))
    const measured = await interleaved(bench, [...own, { name: 'w1', peer: falsework(benchProject), log: usual }])
    return { figures: [...figuresOf(measured), ...stateFigures(measured, rows)], measured }
  },
}

/** The measured half is of updates alone: the snapshot gives no event. */
async function loadKeptLog(bench: Bench, prefix: string, draw: Draw): Promise<RawLog> {
  const { changes, rows } = bench.options
  const form = plainJson
  await loadRawLog(bench, prefix, (topic) => keptOrders({ topic, form, orders: rows }))
  return await loadRawLog(bench, prefix, (topic) =>
    drawnUpdates({ topic, form, orders: rows, draw, written: withoutBefore }, changes),
  )
}

function stateFigures(measured: readonly Measured[], rows: number): Figure[] {
  const beside = measured.at(-1)
  return measured.slice(0, -1).flatMap((one) => [
    costOf(one, beside, '≤ 1.5'),
    {
      name: `${one.name}: bytes of the store per row`,
      wanted: '≤ 900',
      value: median(one.rounds.map(({ storeBytes }) => storeBytes / rows)),
    },
  ])
}
