/**
 * Daemons on a cluster in memory that fails, seed by seed: `npm run simulate -- --seeds N [--from S]
 * [--needs holds | --of cutovers]`: inputs wait in each, or scopes are handed over and taken back. Prints what was met, and
 * each violation with its seed; exits with 1 when there is one.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { cutover } from '../test/app/migrate/cutover/cutover.ts'
import { simulate } from '../test/app/translate/simulation/simulation.ts'

const faultsOfSeed = 6

interface Share {
  readonly first: number
  readonly step: number
  readonly end: number
  readonly needs: 'holds' | null
  readonly of: 'daemons' | 'cutovers'
}

interface SeedTold {
  readonly seed: number
  readonly violations: readonly string[]
  readonly events: number
  /** Kinds of what went wrong. */
  readonly met: readonly string[]
}

async function simulateShare({ first, step, end, ...how }: Share): Promise<void> {
  for (let seed = first; seed < end; seed += step) {
    parentPort?.postMessage(how.of === 'cutovers' ? await cutoverOf(seed) : await daemonsOf(seed, how))
  }
}

async function daemonsOf(seed: number, { needs }: Pick<Share, 'needs'>): Promise<SeedTold> {
  const told = await simulate({ seed, faults: faultsOfSeed, ...(needs !== null && { needs }) })
  const { violations, events, faults, troubles, sources } = told
  return { seed, violations, events, met: [...faults, ...troubles, `${sources} sources`] }
}

async function cutoverOf(seed: number): Promise<SeedTold> {
  const { broken, legacyEvents, nativeEvents, met } = await cutover({ seed })
  return { seed, violations: broken, events: legacyEvents + nativeEvents, met }
}

interface Wanted {
  readonly from: number
  readonly seeds: number
  readonly needs: Share['needs']
  readonly of: Share['of']
}

async function all({ from, seeds, ...how }: Wanted, onTold: (told: SeedTold) => void): Promise<void> {
  const [step, end] = [Math.min(availableParallelism(), seeds), from + seeds]
  const shares = Array.from({ length: step }, (_, index): Share => ({ first: from + index, step, end, ...how }))
  await Promise.all(
    shares.map(async (share) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: share })
      worker.on('message', onTold)
      await new Promise<void>((resolve, reject) => worker.once('exit', () => resolve()).once('error', reject))
    }),
  )
}

const add = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)

async function main(): Promise<void> {
  const type = 'string'
  const { values } = parseArgs({ options: { seeds: { type }, from: { type }, needs: { type }, of: { type } } })
  const [seeds, from] = [Number(values.seeds ?? 200), Number(values.from ?? 1)]
  const needs = values.needs === undefined || values.needs === 'holds' ? (values.needs ?? null) : undefined
  const of = values.of === undefined ? 'daemons' : values.of === 'cutovers' ? values.of : undefined
  const isRange = Number.isSafeInteger(seeds) && seeds >= 1 && Number.isSafeInteger(from) && from >= 0
  if (!isRange || needs === undefined || of === undefined) {
    throw new Error('usage: npm run simulate -- --seeds N [--from S] [--needs holds | --of cutovers], whole numbers')
  }
  const met = new Map<string, number>()
  let [events, broken] = [0, 0]
  await all({ from, seeds, needs, of }, (told) => {
    events += told.events
    for (const kind of told.met) add(met, kind)
    if (told.violations.length === 0) return
    broken += 1
    process.stdout.write(`seed ${told.seed}: ${told.violations.slice(0, 3).join('; ')}\n`)
  })
  const kinds = [...met].toSorted(([, a], [, b]) => b - a).map(([kind, times]) => `${kind} ${times}`)
  process.stdout.write(`${seeds} seeds from ${from}, ${events} events, ${broken} with a violation\n`)
  process.stdout.write(`seeds that met: ${kinds.join(', ')}\n`)
  process.exitCode = broken === 0 ? 0 : 1
}

if (isMainThread) await main()
else await simulateShare(workerData as Share)
