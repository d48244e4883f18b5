import { describe, expect, it } from 'vitest'
import { fenceDefences } from '../../models/fence-protocol.ts'
import { cutover, type CutoverTold } from './cutover/cutover.ts'
import { withoutDefence } from './cutover/defences.ts'
import { troubleKinds } from './cutover/troubles.ts'

/** A failing seed is reported by its number: `npm run simulate -- --of cutovers --from SEED --seeds 1` simulates it alone. */
const seeds = Array.from({ length: 100 }, (_, index) => index + 1)
/** As many as it takes until a defence is missed. */
const seedsMax = 60

describe('a store that is handed over to the new service, taken back and handed over again', () => {
  it('has each event once, in order, under one owner at a time, when nobody fails', async () => {
    for (const seed of seeds.slice(0, 5)) expect(await cutover({ seed, faults: 'none' })).toMatchObject({ broken: [] })
  }, 60_000)

  it('has so whoever dies, stands still or is cut off, and in the end its owner can write', async () => {
    const told = new Map<number, CutoverTold>()
    for (const seed of seeds) told.set(seed, await cutover({ seed }))
    const broken = [...told].filter(([, { broken }]) => broken.length > 0)
    expect(broken.map(([seed, { broken }]) => `seed ${seed}: ${broken[0] ?? ''}`)).toEqual([])
    const all = [...told.values()]
    expect(new Set(all.flatMap(({ met }) => met))).toEqual(new Set(troubleKinds))
    expect(all.filter(({ violations }) => violations > 0).length).toBeGreaterThan(seeds.length / 4)
    expect(all.filter(({ nativeEvents }) => nativeEvents > 10).length).toBeGreaterThan(seeds.length / 2)
  }, 300_000)

  it('is handed over in the same way when it is simulated again', async () => {
    expect(await cutover({ seed: 7 })).toEqual(await cutover({ seed: 7 }))
  })
})

describe('it is noticed when this defence is taken out:', () => {
  it.each(fenceDefences)(
    '%s',
    async (defence) => {
      const noticed: string[] = []
      for (let seed = 1; seed <= seedsMax && noticed.length === 0; seed++) {
        noticed.push(...(await cutover({ seed, without: withoutDefence[defence] })).broken)
      }
      expect(noticed).not.toEqual([])
    },
    120_000,
  )
})
