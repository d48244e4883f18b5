/** The daemon on a raw log of a workload's own, and in the same rounds on that of w1: what the difference costs. */
import { type Bench, defaultsWith, type Workload } from '../bench.ts'
import { plainJson, type RecordForm } from '../debezium/record-form.ts'
import type { RawRecord } from '../debezium/source-transaction.ts'
import { falsework } from '../peers.ts'
import { benchProject } from '../projects.ts'
import { loadRawLog } from '../raw-log.ts'
import { comparison, figuresOf, interleaved } from '../rounds.ts'
import { w1Records } from './w1.ts'

export interface BesideW1 {
  readonly name: string
  readonly summary: string
  readonly changes: number
  /** Folder of the project. */
  readonly project: (bench: Bench) => string
  /** Absent: plain JSON. */
  readonly form?: (bench: Bench) => Promise<RecordForm>
  readonly records: (topic: string, changes: number, form: RecordForm) => Iterable<RawRecord>
  readonly figure:
    | { readonly kind: 'cost per change'; readonly wanted: string }
    | { readonly kind: 'changes per CPU-second'; readonly wanted: string }
}

export function besideW1(workload: BesideW1): Workload {
  const { name, summary, figure } = workload
  return {
    summary: `${summary}; ${figure.kind} ÷ w1`,
    defaults: defaultsWith(workload.changes),
    run: async (bench) => {
      const { changes } = bench.options
      const form = (await workload.form?.(bench)) ?? plainJson
      const own = await loadRawLog(bench, `${name}.`, (topic) => workload.records(topic, changes, form))
      const usual = await loadRawLog(bench, 'w1.', w1Records(changes))
      const measured = await interleaved(bench, [
        { name, peer: falsework(workload.project(bench)), log: own },
        { name: 'w1', peer: falsework(benchProject), log: usual },
      ])
      const ratio = comparison(measured, (one, other) =>
        figure.kind === 'cost per change'
          ? other.changesPerCpuSecond / one.changesPerCpuSecond
          : one.changesPerCpuSecond / other.changesPerCpuSecond,
      )
      const of = { name: `${name}: ${figure.kind} ÷ w1`, wanted: figure.wanted, ...ratio }
      return { figures: [...figuresOf(measured), of], measured }
    },
  }
}
