import { describe, expect, it } from 'vitest'
import { mutations, withoutCompany, withoutLease, withoutLooks } from './simulation/mutations.ts'
import { simulate } from './simulation/simulation.ts'
import { haltingKinds } from './simulation/troubles.ts'

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
    120_000,
  )
})

describe('a trouble that lasts', () => {
  const seeds = [1, 2, 3]

  it.each(haltingKinds)('%s: halts its source by name, and is left by itself when it is over', async (trouble) => {
    for (const seed of seeds) {
      const { violations, halted } = await simulate({ seed, faults: 0, trouble })
      expect({ seed, violations, halted }).toEqual({ seed, violations: [], halted: [trouble] })
    }
  })

  it('is never left where nobody looks at a halt again', async () => {
    for (const seed of seeds) {
      const { violations } = await simulate({ seed, faults: 0, trouble: 'publishing-refused', mutation: withoutLooks })
      expect(violations).toContain('no progress')
    }
  })

  it('is not told from another instance where nobody knows who else is there', async () => {
    for (const seed of seeds) {
      const told = await simulate({ seed, faults: 0, trouble: 'transactions-time-out', mutation: withoutCompany })
      expect(told).toMatchObject({ violations: [], halted: [] })
    }
  })
})

describe('the lease', () => {
  it('is needed for nothing but progress: without one, daemons fence each other and nothing is lost or repeated', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { violations } = await simulate({ seed, faults: 6, mutation: withoutLease })
      // Two that fence each other in the same rhythm may do so for ever.
      const broken = violations.filter((violation) => violation !== 'no progress')
      expect(broken, `seed ${seed}`).toEqual([])
    }
  }, 120_000)
})
