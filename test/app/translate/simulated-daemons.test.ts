import { describe, expect, it } from 'vitest'
import { faultKinds } from './simulation/faults.ts'
import { simulate, type Told } from './simulation/simulation.ts'
import { troubleKinds } from './simulation/troubles.ts'

/**
 * A failing seed is reported by its number: simulate it alone (`npm run simulate -- --from SEED --seeds 1`). These meet all
 * kinds of faults; the script simulates as many others as it is told to, those in which inputs wait with `--needs holds`.
 */
const seeds = Array.from({ length: 60 }, (_, index) => index + 1)

describe('daemons on a cluster that fails', () => {
  it('publish what a run without faults publishes, once, in order, with the checkpoint that accounts for it', async () => {
    const told = new Map<number, Told>()
    for (const seed of seeds) told.set(seed, await simulate({ seed, faults: 6 }))
    const broken = [...told].filter(([, { violations }]) => violations.length > 0)
    expect(broken.map(([seed, { violations }]) => `seed ${seed}: ${violations.slice(0, 3).join(', ')}`)).toEqual([])
    const all = [...told.values()]
    expect(all.every(({ events }) => events > 10)).toBe(true)
    expect(new Set(all.flatMap(({ faults }) => faults))).toEqual(new Set(faultKinds))
    expect(new Set(all.flatMap(({ troubles }) => troubles))).toEqual(new Set(troubleKinds))
    expect(all.some(({ sources }) => sources === 2)).toBe(true)
    expect(all.filter(({ readTwice }) => readTwice > 0).length).toBeGreaterThan(seeds.length / 6)
    // The first checkpoint, then `started`, then the second revision: else nothing was put in force in mid-life.
    expect(all.filter(({ revisionsApplied }) => revisionsApplied > 2).length).toBeGreaterThan(seeds.length / 4)
  }, 300_000)

  it('publish what waited behind a failed input once, in the order of its key, whoever dies meanwhile', async () => {
    const told = new Map<number, Told>()
    for (const seed of seeds.slice(0, 20)) told.set(seed, await simulate({ seed, faults: 6, needs: 'holds' }))
    const broken = [...told].filter(([, { violations }]) => violations.length > 0)
    expect(broken.map(([seed, { violations }]) => `seed ${seed}: ${violations.slice(0, 3).join(', ')}`)).toEqual([])
    const all = [...told.values()]
    expect(all.filter(({ heldInputs }) => heldInputs > 5).length).toBeGreaterThan(all.length / 4)
    expect(all.some(({ words }) => words > 1)).toBe(true)
  }, 300_000)

  it('do the same again when they are simulated again', async () => {
    expect(await simulate({ seed: 7, faults: 6 })).toEqual(await simulate({ seed: 7, faults: 6 }))
  })
})
