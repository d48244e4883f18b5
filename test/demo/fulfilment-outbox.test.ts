import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OutboxEvent } from '../../demo/fulfilment/orders/order-events.ts'
import { publishOutbox } from '../../demo/fulfilment/publish-outbox.ts'
import type { NativeEvent, NativePublisher } from '../../src/native/index.ts'
import { outboxEvent, outboxText } from '../../demo/fulfilment/store/outbox-json.ts'
import type { Outbox } from '../../demo/fulfilment/store/outbox.ts'
import type { Value } from '../../src/core/values/value.ts'

const event = (id: string, fields: Readonly<Record<string, Value>> = {}): NativeEvent => ({
  mapping: 'order-lifecycle',
  scope: '1',
  topic: 'orders.v1',
  origin: 'mirrored',
  event: 'OrderPaid',
  version: 1,
  key: '42',
  timeUs: 1n,
  id,
  fields,
})

/** Sequences have gaps, as those of transactions that were rolled back. */
function outboxTo(last: number): Outbox {
  const events = Array.from({ length: last }, (_none, at) => at + 1)
    .filter((sequence) => sequence % 3 !== 2)
    .map((sequence) => ({ sequence: BigInt(sequence), event: event(String(sequence)) }))
  return {
    behind: async (sequence, count) =>
      await Promise.resolve(events.filter((one) => one.sequence > sequence).slice(0, count)),
    last: async () => await Promise.resolve(events.at(-1)?.sequence ?? 0n),
  }
}

const refused = Object.assign(new Error('scope 1 has owner none'), { code: 'NATIVE_NOT_OWNER' })

const nothingLost = async (): Promise<number> => await Promise.resolve(0)

/** The broker: what is visible, and the position that is visible with it. */
class Visible {
  readonly ids: string[] = []
  private position: string | null = null

  /** One that is killed once it has published so many batches; before or after they are visible. */
  publisher(batches: number, killed: 'before' | 'after', stop: AbortController): NativePublisher {
    let left = batches
    const publish: NativePublisher['publish'] = async ({ events, position }) => {
      left -= 1
      if (left < 0 && killed === 'before') throw new Error('killed')
      this.ids.push(...events.map(({ id }) => id))
      this.position = position
      if (left < 0) throw new Error('killed')
      if (this.ids.at(-1) === '3000') stop.abort()
      await Promise.resolve()
    }
    return { position: this.position, publish, close: async () => await Promise.resolve() }
  }
}

describe('the outbox', () => {
  it('is published once and in order, whenever the service is killed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ batches: fc.nat({ max: 2 }), killed: fc.constantFrom('before', 'after') })),
        async (kills) => {
          const [visible, outbox] = [new Visible(), outboxTo(3000)]
          const run = async (batches: number, killed: 'before' | 'after'): Promise<unknown> => {
            const stop = new AbortController()
            if (visible.ids.at(-1) === '3000') stop.abort()
            const publisher = visible.publisher(batches, killed, stop)
            return await publishOutbox(
              { outbox, publisher, handBack: nothingLost },
              { pollMs: 1, stop: stop.signal },
            ).catch(() => null)
          }
          for (const { batches, killed } of kills) await run(batches, killed)
          await run(Infinity, 'before')
          expect(visible.ids).toEqual(
            Array.from({ length: 3000 }, (_none, at) => at + 1)
              .filter((sequence) => sequence % 3 !== 2)
              .map(String),
          )
        },
      ),
      { numRuns: 25 },
    )
  })

  it('waits for events that are not there yet until it is told to stop', async () => {
    const stop = new AbortController()
    const publisher = new Visible().publisher(Infinity, 'before', stop)
    const published = publishOutbox(
      { outbox: outboxTo(0), publisher, handBack: nothingLost },
      { pollMs: 60_000, stop: stop.signal },
    )
    stop.abort()
    expect(await published).toBe(0)
  })

  it('goes on without what may not go out any more, once that is withdrawn', async () => {
    const stop = new AbortController()
    const events = [1, 3, 4].map((sequence) => ({ sequence: BigInt(sequence), event: event(String(sequence)) }))
    const withdrawn = new Set<string>()
    const outbox: Outbox = {
      behind: async (sequence) =>
        await Promise.resolve(events.filter((one) => one.sequence > sequence && !withdrawn.has(one.event.id))),
      last: async () => await Promise.resolve(4n),
    }
    const ids: string[] = []
    const publish: NativePublisher['publish'] = async (batch) => {
      if (batch.events.some(({ id }) => id === '3')) throw refused
      ids.push(...batch.events.map(({ id }) => id))
      stop.abort()
      await Promise.resolve()
    }
    const publisher = { position: null, publish, close: async () => await Promise.resolve() }
    // It is lost while the batch is on its way.
    const asked: bigint[] = []
    const handBack = async (published: bigint): Promise<number> => {
      asked.push(published)
      if (asked.length === 2) withdrawn.add('3')
      return await Promise.resolve(asked.length === 2 ? 1 : 0)
    }
    await publishOutbox({ outbox, publisher, handBack }, { pollMs: 1, stop: stop.signal })
    expect(ids).toEqual(['1', '4'])
    expect(asked.slice(0, 3)).toEqual([0n, 0n, 0n])
  })

  it('ends when it is refused, and nothing was lost that would explain it', async () => {
    const publish: NativePublisher['publish'] = async () => await Promise.reject(refused)
    const publisher = { position: null, publish, close: async () => await Promise.resolve() }
    await expect(
      publishOutbox(
        { outbox: outboxTo(4), publisher, handBack: nothingLost },
        { pollMs: 1, stop: new AbortController().signal },
      ),
    ).rejects.toBe(refused)
  })

  it('that ends before what was published is refused', async () => {
    const publisher = { ...new Visible().publisher(1, 'before', new AbortController()), position: '9' }
    await expect(
      publishOutbox(
        { outbox: outboxTo(4), publisher, handBack: nothingLost },
        { pollMs: 1, stop: new AbortController().signal },
      ),
    ).rejects.toThrow('the outbox ends at 4, and 9 was published: the database is an older one')
  })

  it('keeps every event as it is', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.bigInt(), fc.boolean(), fc.constant(null))
    const fields = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,5}$/),
      fc.oneof(leaf, fc.array(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), leaf))),
    )
    fc.assert(
      fc.property(fields, (some) => {
        const stored: OutboxEvent = event('1', some)
        expect(outboxEvent(outboxText(stored))).toEqual(stored)
      }),
    )
  })
})
