import { describe, expect, it } from 'vitest'
import { mutations, withoutLease } from './simulation/mutations.ts'
import { simulate } from './simulation/simulation.ts'

/** As many seeds as it takes until a defence that is switched off is missed. */
const seedsMax = 200

describe('a simulation notices when it is switched off that', () => {
  it.each(Object.keys(mutations))(
    '%s',
    async (name) => {
      const mutation = mutations[name] ?? {}
      const noticed: string[] = []
      for (let seed = 1; seed <= seedsMax && noticed.length === 0; seed++) {
        const { violations } = await simulate({ seed, faults: 6, mutation })
        noticed.push(...violations.filter((violation) => violation !== 'no progress'))
      }
      expect(noticed).not.toEqual([])
    },
    30_000,
  )
})

describe('the lease', () => {
  it('is needed for nothing but progress: without one, daemons fence each other and nothing is lost or repeated', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { violations } = await simulate({ seed, faults: 6, mutation: withoutLease })
      expect(violations, `seed ${seed}`).toEqual([])
    }
  }, 30_000)
})
