/** `w10`: changes are offered at a rate, whatever becomes of them; the time until the event of each is visible. */
import { type Bench, defaultsWith, type Figure, median, quantile, type Workload } from '../bench.ts'
import { type Latencies, latencies } from '../latency.ts'
import { falsework, handWritten, type Peer } from '../peers.ts'
import { benchProject } from '../projects.ts'

interface Contestant {
  readonly name: string
  /** Null: nothing stands between the append and the reader, which is the harness alone. */
  readonly peer: Peer | null
}

interface LatencyRound {
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of changes that were appended late, because the harness itself had no CPU. */
  readonly lateShare: number
}

export const w10: Workload = {
  summary: 'latency at a rate, beside the hand-written handler and above the harness alone',
  defaults: defaultsWith(0),
  run: async (bench) => {
    const contestants: Contestant[] = [
      { name: 'harness', peer: null },
      ...[falsework(benchProject), handWritten].map((peer) => ({ name: peer.name, peer })),
    ]
    const rounds = contestants.map((): LatencyRound[] => [])
    for (let round = 1; round <= bench.options.rounds; round++) {
      for (const [index, { name, peer }] of contestants.entries()) {
        const measured = roundOf(await latencies(bench, peer, `w10.${index}.${round}.`))
        bench.say(`round ${round}: ${name}: p50 ${measured.p50Ms.toFixed(1)} ms, p99 ${measured.p99Ms.toFixed(1)} ms`)
        rounds[index]?.push(measured)
      }
    }
    const measured = contestants.map(({ name }, index) => ({ name, rounds: rounds[index] ?? [] }))
    return { figures: figuresOf(bench, measured), measured }
  },
}

const roundOf = ({ latenciesMs, lateShare }: Latencies): LatencyRound => ({
  p50Ms: quantile(latenciesMs, 0.5),
  p99Ms: quantile(latenciesMs, 0.99),
  lateShare,
})

type Named = { readonly name: string; readonly rounds: readonly LatencyRound[] }

function figuresOf({ options }: Bench, measured: readonly Named[]): Figure[] {
  const [harness] = measured
  return measured.flatMap(({ name, rounds }) => {
    const own: Figure[] = [
      { name: `${name}: p50 at ${options.rate} changes a second, ms`, value: median(rounds.map(({ p50Ms }) => p50Ms)) },
      { name: `${name}: p99, ms`, value: median(rounds.map(({ p99Ms }) => p99Ms)) },
    ]
    const above = rounds.map(({ p50Ms }, round) => p50Ms - (harness?.rounds[round]?.p50Ms ?? 0))
    return name === harness?.name ? own : [...own, { name: `${name}: p50 above the harness, ms`, value: median(above) }]
  })
}
