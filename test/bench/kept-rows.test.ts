import { describe, expect, it } from 'vitest'
import { plainJson } from '../../bench/debezium/record-form.ts'
import { uniform, zipf } from '../../bench/draw.ts'
import { drawnUpdates, keptOrders, keptOrdersProject, withoutBefore } from '../../bench/kept-orders.ts'
import { lookedUp, lookingUp, lookingUpProject, otherRows } from '../../bench/looked-up/looked-up.ts'
import { benchProject } from '../../bench/projects.ts'
import { everySecondUpdate, orderLog } from '../../bench/workload.ts'
import { rawLog } from '../app/bench-project.ts'
import { benchFolder, outcomeOf } from './workload-in-memory.ts'

const orders = 150
const changes = 2_000
const log = { topic: rawLog, form: plainJson, orders }

describe('what the benchmark expects of a workload is what comes of it', () => {
  it('where the log says what a row was, and no rows are kept', async () => {
    const updates = orderLog({ ...log, updates: everySecondUpdate }, changes)
    const outcome = await outcomeOf(benchProject, [...updates])
    expect(outcome).toEqual({ difference: null, events: changes / 2, rows: 0 })
  })

  it.each([
    ['uniform', uniform(orders)],
    ['Zipf', zipf(orders, 0.99)],
  ])('where what a row was is in the row store, with %s keys', async (_, draw) => {
    const updates = drawnUpdates({ ...log, draw, written: withoutBefore }, changes)
    const project = keptOrdersProject({ folder: benchFolder() }, 'w7')
    const { difference, events, rows } = await outcomeOf(project, [...keptOrders(log), ...updates])
    expect(difference).toBeNull()
    // One entry more tells the forms in which they came.
    expect(rows).toBe(orders + 1)
    expect(events).toBeGreaterThan(changes / 3)
  })

  it.each(lookedUp.map((one) => [one.name, one] as const))('where %s is looked up', async (_, one) => {
    const project = lookingUpProject({ folder: benchFolder() }, 'w7l', one)
    const others = [...otherRows(one, log)]
    const { difference, events, rows } = await outcomeOf(project, [...others, ...lookingUp(one, log, changes)])
    expect(difference).toBeNull()
    expect(rows).toBeGreaterThanOrEqual(others.length)
    expect(events).toBeGreaterThan(changes / 3)
  })
})

describe('the log of kept orders', () => {
  it('begins with a snapshot of all of them, whose ends are marked', () => {
    const places = [...keptOrders(log)].map(({ record }) => {
      return /"snapshot":"(\w+)".*"op":"r"/.exec(record.value?.toString() ?? '')?.[1]
    })
    expect(places).toEqual(['first', ...Array<string>(orders - 2).fill('true'), 'last'])
  })

  it('is not made for fewer orders than a transaction can have rows of', () => {
    const updates = drawnUpdates({ ...log, orders: 20, draw: uniform(20), written: withoutBefore }, changes)
    expect(() => [...updates]).toThrow(RangeError)
  })
})
