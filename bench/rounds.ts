/** Contestants in turns, round by round, so that a slow quarter of an hour is everybody's: medians and ratios. */
import { type Bench, type Figure, median } from './bench.ts'
import { measure, type Round } from './measure.ts'
import type { Peer } from './peers.ts'
import type { RawLog } from './raw-log.ts'

export interface Contestant {
  readonly name: string
  readonly peer: Peer
  readonly log: RawLog
}

export interface Measured {
  readonly name: string
  readonly bytesPerChange: number
  readonly rounds: readonly Round[]
}

/** One round to warm up, which is not counted, then `--rounds` of them. */
export async function interleaved(bench: Bench, contestants: readonly Contestant[]): Promise<readonly Measured[]> {
  const rounds = contestants.map((): Round[] => [])
  for (let number = 0; number <= bench.options.rounds; number++) {
    for (const [index, { name, peer, log }] of contestants.entries()) {
      const round = await measure(bench, peer, { log, prefix: `${log.prefix}${index}.${number}.` })
      bench.say(`${number === 0 ? 'warm-up' : `round ${number}`}: ${name}: ${described(round)}`)
      if (number > 0) rounds[index]?.push(round)
    }
  }
  return contestants.map(({ name, log: { bytesPerChange } }, index) => {
    const own = rounds[index] ?? []
    if (new Set(own.map(({ idDigest }) => idDigest)).size > 1) {
      throw new Error(`${name} gave its events other ids in one round than in another`)
    }
    return { name, bytesPerChange, rounds: own }
  })
}

const described = ({ changesPerCpuSecond, changesPerSecond, peakRssMb }: Round): string =>
  `${Math.round(changesPerCpuSecond)} changes per CPU-second, ${Math.round(changesPerSecond)} per second, peak RSS ${Math.round(peakRssMb)} MB`

/** What one is to the other in the same round: the median of the rounds, and their range. */
export function comparison(
  [one, other]: readonly Measured[],
  of: (one: Round, other: Round) => number,
): Required<Pick<Figure, 'value' | 'range'>> {
  const ratios = (one?.rounds ?? []).flatMap((round, index) => {
    const beside = other?.rounds[index]
    return beside === undefined ? [] : [of(round, beside)]
  })
  const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)} over ${ratios.length} rounds`
  return { value: median(ratios), range }
}

/** What a change costs one beside what it costs the other, in the same round. */
export const costOf = (one: Measured, other: Measured | undefined, wanted: string): Figure => ({
  name: `${one.name}: cost per change ÷ ${other?.name ?? ''}`,
  wanted,
  ...comparison(other === undefined ? [one] : [one, other], (own, beside) => {
    return beside.changesPerCpuSecond / own.changesPerCpuSecond
  }),
})

/** What every throughput workload says of each contestant. */
export const figuresOf = (measured: readonly Measured[]): Figure[] =>
  measured.flatMap(({ name, rounds }) => {
    const of = (pick: (round: Round) => number): number => median(rounds.map(pick))
    return [
      { name: `${name}: changes per CPU-second`, value: of(({ changesPerCpuSecond }) => changesPerCpuSecond) },
      { name: `${name}: peak RSS, MB`, value: of(({ peakRssMb }) => peakRssMb) },
    ]
  })
