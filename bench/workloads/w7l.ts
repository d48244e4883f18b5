/** `w7l`: the updates of w1, for each of which other rows are looked up: one, or a list of five. */
import { type Bench, defaultsWith, type Workload } from '../bench.ts'
import { type LookedUp, lookedUp, lookingUp, lookingUpProject, otherRows } from '../looked-up/looked-up.ts'
import { lineCount } from '../order-lines.ts'
import { falsework } from '../peers.ts'
import { benchProject } from '../projects.ts'
import { loadRawLog, type RawLog } from '../raw-log.ts'
import { type Contestant, costOf, figuresOf, interleaved } from '../rounds.ts'
import { w1Records } from './w1.ts'

export const w7l: Workload = {
  summary: 'w1 with a look-up of one row, or of five, for each change; cost per change ÷ w1',
  defaults: defaultsWith(300_000),
  run: async (bench) => {
    const own: Contestant[] = []
    for (const [index, one] of lookedUp.entries()) {
      const project = lookingUpProject(bench, `w7l.${index}`, one)
      const log = await loadLookedUpLog(bench, `w7l.${index}.`, one)
      own.push({ name: `w7l, ${one.name}`, peer: falsework(project), log })
    }
    const usual = await loadRawLog(bench, 'w1.', w1Records(bench.options.changes))
    const measured = await interleaved(bench, [...own, { name: 'w1', peer: falsework(benchProject), log: usual }])
    const beside = measured.at(-1)
    const costs = measured.slice(0, -1).map((one) => costOf(one, beside, '≤ 2'))
    return { figures: [...figuresOf(measured), ...costs], measured }
  },
}

/** The measured half is of updates alone: the snapshot gives no event. */
async function loadLookedUpLog(bench: Bench, prefix: string, one: LookedUp): Promise<RawLog> {
  const { changes, rows } = bench.options
  const orders = Math.ceil(rows / lineCount)
  await loadRawLog(bench, prefix, (topic) => otherRows(one, { topic, orders }))
  return await loadRawLog(bench, prefix, (topic) => lookingUp(one, { topic, orders }, changes))
}
