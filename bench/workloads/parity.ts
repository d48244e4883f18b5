/** `parity`: what the comparator takes for a pair of events, and how much memory a million of them that wait. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Figure, median, type Outcome } from '../bench.ts'
import { onMeasuredCore } from '../cores.ts'
import type { Way } from './parity-streams.ts'

export interface PairRound {
  readonly way: Way
  readonly pairsPerCpuSecond: number
}

interface Memory {
  readonly resident: number
  readonly peak: number
  readonly ofFiles: number
}

export interface SpillRound {
  readonly idleMb: Memory
  /** With everything taken, and nothing judged. */
  readonly waitingMb: Memory
  /** With everything judged; `own` is the most that was no page of a file, which the system takes back when it must. */
  readonly judgedMb: Memory & { readonly own: number }
  readonly spilledPerSecond: number
  readonly judgedPerSecond: number
}

const rounds = 5

/** Raises an error where something else is found than there is: then there is no figure. */
export function measureParity(): Outcome {
  const pairs = JSON.parse(measured(['pairs', String(rounds)])) as readonly PairRound[]
  mkdirSync('.falsework', { recursive: true })
  const folder = mkdtempSync(join('.falsework', 'parity-'))
  try {
    const spilled = JSON.parse(measured(['spill', folder])) as SpillRound
    return { figures: [...pairFigures(pairs), ...spillFigures(spilled)], measured: { pairs, spilled } }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function measured(words: readonly string[]): string {
  const script = join(import.meta.dirname, 'parity-process.ts')
  const [command = '', ...parameters] = onMeasuredCore([process.execPath, script, ...words])
  return execFileSync(command, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

function pairFigures(pairs: readonly PairRound[]): Figure[] {
  const of = (wanted: Way): readonly number[] =>
    pairs.filter(({ way }) => way === wanted).map(({ pairsPerCpuSecond }) => pairsPerCpuSecond)
  const [byKey, aligned] = [of('by key'), of('by alignment')]
  const ratios = byKey.map((rate, round) => rate / (aligned[round] ?? 0))
  return [
    { name: 'parity: pairs by key per CPU-second', value: median(byKey), wanted: '≥ 20000' },
    { name: 'parity: pairs by alignment per CPU-second', value: median(aligned), wanted: '≥ 20000' },
    { name: 'parity: cost of a pair by alignment ÷ by key', value: median(ratios) },
  ]
}

function spillFigures({ idleMb, waitingMb, judgedMb, spilledPerSecond, judgedPerSecond }: SpillRound): Figure[] {
  return [
    { name: 'parity: events that wait, spilled per second', value: spilledPerSecond },
    { name: 'parity: events that wait, judged per second', value: judgedPerSecond },
    {
      name: 'parity: peak RSS above idle with a million that wait, MB',
      value: waitingMb.peak - idleMb.resident,
      wanted: '≤ 200',
    },
    {
      name: 'parity: peak of own memory above idle when they are judged, MB',
      value: judgedMb.own - (idleMb.resident - idleMb.ofFiles),
      wanted: '≤ 200',
    },
  ]
}
