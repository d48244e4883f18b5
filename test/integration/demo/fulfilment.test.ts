/** The fulfilment service's own database: what is told does not depend on where it was interrupted. */
import type pg from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import type { LegacyStep } from '../../../demo/fulfilment/legacy/transactions.ts'
import { followStep } from '../../../demo/fulfilment/orders/follow-step.ts'
import { connectTo, prepareDatabase } from '../../../demo/fulfilment/store/database.ts'
import { applyStep, readProgress } from '../../../demo/fulfilment/store/order-store.ts'
import { outboxOf } from '../../../demo/fulfilment/store/outbox.ts'
import { rawLogOf, stepsOf, told } from '../../demo/fulfilment-story.ts'
import { story } from '../../demo/plans.ts'
import { type DatabaseAddress, isolated } from '../../stack/isolated.ts'

const rawLog = rawLogOf(story(1, { before: 60, then: 300 }))
const steps = stepsOf(rawLog)

let url: string

function urlOf({ host, port, user, password, database }: DatabaseAddress): string {
  const server = new URL(`postgres://${host}:${port}/${database}`)
  server.username = user
  server.password = password
  return server.href
}

beforeAll(async () => {
  url = urlOf(await isolated('fulfilment').database())
})

/** A process of the service: it applies so many steps and dies, `inStep`: in the middle of a further one. */
async function run(stepsMax: number, { inStep }: { readonly inStep: boolean }): Promise<void> {
  const client = await connectTo(url)
  try {
    let from = (await readProgress(client)).next
    const left = steps.filter(({ next }) => next > from)
    for (const step of left.slice(0, stepsMax)) {
      await applyStep(client, { from, step, follow: (following) => followStep(step, following, 'known') })
      from = step.next
    }
    const [further] = left.slice(stepsMax)
    if (inStep && further !== undefined) await expect(applyAndDie(client, from, further)).rejects.toThrow('killed')
  } finally {
    await client.end()
  }
}

const applyAndDie = async (client: pg.Client, from: bigint, step: LegacyStep): Promise<void> =>
  await applyStep(client, {
    from,
    step,
    follow: () => {
      throw new Error('killed')
    },
  })

describe('the database of the fulfilment service', () => {
  it('is created once, and left as it is then', async () => {
    const own = new URL(url)
    own.pathname = `${own.pathname}_own`
    await prepareDatabase(own.href)
    await prepareDatabase(own.href)
    const client = await connectTo(own.href)
    expect(await readProgress(client)).toEqual({ next: 0n, position: null })
    await client.end()
  })

  it('has every event once, in order, when the service was interrupted again and again', async () => {
    await prepareDatabase(url)
    const share = Math.ceil(steps.length / 5)
    for (const inStep of [false, true, true, false, true, true]) await run(share, { inStep })
    const client = await connectTo(url)
    try {
      const { events, setAside } = told(rawLog)
      const found = await outboxOf(client).behind(0n, 100_000)
      expect(found.map(({ event: { id, ...event } }) => ({ ...event, id: typeof id }))).toEqual(
        events.map((event) => ({ ...event, id: 'string' })),
      )
      expect(new Set(found.map(({ event }) => event.id)).size).toBe(events.length)
      const { rows } = await client.query('SELECT order_id AS "orderId", reason FROM fulfilment.set_aside ORDER BY id')
      expect(rows).toEqual(setAside)
      expect((await readProgress(client)).next).toBe(steps.at(-1)?.next)
    } finally {
      await client.end()
    }
  })

  it('refuses an instance that another has overtaken', async () => {
    const client = await connectTo(url)
    const [step] = steps
    if (step === undefined) throw new Error('the story is empty')
    await expect(
      applyStep(client, { from: 0n, step, follow: (following) => followStep(step, following, 'known') }),
    ).rejects.toThrow('another instance of the service works on its database')
    await client.end()
  })
})
