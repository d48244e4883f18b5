/** The new service: publishes events of its own for the scopes that it owns, dies, and stands still with a transaction open. */
import type { MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import { FalseworkError } from '../../../../src/core/diagnostics/falsework-error.ts'
import type { Value } from '../../../../src/core/values/value.ts'
import type { NativeEvent } from '../../../../src/native/native-event.ts'
import { type NativePublisher, openOnPorts } from '../../../../src/native/native-publisher.ts'
import type { OwnershipLog } from '../../../../src/ports/kafka/ownership-log.ts'
import type { TransactionalOutput } from '../../../../src/ports/kafka/transactional-output.ts'
import { names } from '../../bench-project.ts'
import { eventTopic, mapping, nativeId, ordersOf, type Shop, type Store, stores } from './shop.ts'
import type { TroubledParts } from './troubles.ts'

export interface NativeServiceParts extends TroubledParts {
  readonly shop: Shop
  readonly kafka: MemoryKafka
  readonly ownershipLog: OwnershipLog
}

/** Longer than any simulation. */
const neverMs = 10_000_000

/** An event that was tried to be published, and by which position it would be. */
interface Attempt {
  readonly position: number
  readonly event: NativeEvent
}

export class NativeService {
  /** Ids of the events that it knows to be published, in their order. */
  readonly published: { readonly id: string; readonly key: string; readonly store: Store }[] = []
  private readonly parts: NativeServiceParts
  /** Of which nobody knows yet what has become. */
  private uncertain: Attempt | null = null
  private attempts = 0
  private instances = 0
  /** The instance that has opened the id last: no other can publish any more. */
  private opener = 0

  constructor(parts: NativeServiceParts) {
    this.parts = parts
  }

  /** One instance after the other; one that is not heard of for long is replaced, and may wake up afterwards. */
  async run(stopped: AbortSignal): Promise<void> {
    const { clock, random, met } = this.parts
    while (!stopped.aborted) {
      this.instances += 1
      const instance = this.instances
      const end = await Promise.race([this.serve(instance, stopped), this.replaced(stopped)])
      if (end === 'NATIVE_FENCED') met.add('service is fenced')
      await clock.sleep(random.integer(100, 2_000))
    }
  }

  private async replaced(stopped: AbortSignal): Promise<string> {
    const { clock, random, met, fails } = this.parts
    await clock.sleep(fails ? random.integer(4_000, 40_000) : neverMs, stopped)
    if (!stopped.aborted) met.add('service dies')
    return 'replaced'
  }

  /** Finds out what has become of the last one. */
  async end(): Promise<void> {
    this.instances += 1
    const end = await this.serve(this.instances, AbortSignal.abort())
    if (end !== 'stopped') await this.parts.clock.sleep(500).then(async () => await this.end())
  }

  /** Until it fails, or another instance has taken its place. Gives the code of the failure. */
  private async serve(instance: number, stopped: AbortSignal): Promise<string> {
    const { clock, random } = this.parts
    try {
      const publisher = await this.open(instance)
      while (!stopped.aborted && instance === this.instances) {
        await clock.sleep(random.integer(5, 100), stopped)
        await this.publishNext(publisher, instance)
      }
      await publisher.close()
      return 'stopped'
    } catch (cause) {
      if (cause instanceof FalseworkError) return cause.code
      throw cause
    }
  }

  /** Whoever opens it learns what has become of all that was tried before. */
  private async open(instance: number): Promise<NativePublisher> {
    const { shop, kafka, ownershipLog } = this.parts
    const publisher = await openOnPorts(
      {
        names,
        schemaRegistry: shop.schemaRegistry,
        topicAdmin: kafka.topicAdmin,
        ownershipLog,
        openTransactionalOutput: async (options) => this.standingStill(await kafka.openTransactionalOutput(options)),
        close: async () => {
          await Promise.resolve()
        },
      },
      { transactionalId: nativeId, contracts: [shop.contract], source: '/fulfilment', transactionTimeoutMs: 120_000 },
    )
    this.opener = instance
    this.settle(Number(publisher.position ?? 0))
    return publisher
  }

  private settle(position: number): void {
    if (this.uncertain !== null && this.uncertain.position <= position) this.note(this.uncertain)
    this.uncertain = null
  }

  private note({ event: { id, key, scope } }: Attempt): void {
    this.published.push({ id, key, store: scope ?? '' })
  }

  private async publishNext(publisher: NativePublisher, instance: number): Promise<void> {
    const { random } = this.parts
    this.attempts += 1
    const store = random.pick(stores)
    const attempt: Attempt = {
      position: Number(publisher.position ?? 0) + 1,
      event: eventOf(`native ${this.attempts}`, store, random.pick(ordersOf(store))),
    }
    if (this.opener === instance) this.uncertain = attempt
    try {
      await publisher.publish({ events: [attempt.event], position: String(attempt.position) })
    } catch (cause) {
      if (!(cause instanceof FalseworkError && cause.code === 'NATIVE_NOT_OWNER')) throw cause
      if (this.uncertain === attempt) this.uncertain = null
      return
    }
    // Whoever has opened the id meanwhile has settled it.
    if (this.uncertain !== attempt) return
    this.uncertain = null
    this.note(attempt)
  }

  /** It has read who owns, has something in its hands, and is not woken up for a while. */
  private standingStill(output: TransactionalOutput): TransactionalOutput {
    const { clock, random, met, fails } = this.parts
    return {
      state: output.state,
      append: (record) => output.append(record),
      commit: async (state) => {
        const isAsleep = fails && random.chance(0.06)
        await clock.sleep(isAsleep ? random.integer(1_000, 20_000) : random.integer(0, 12))
        try {
          await output.commit(state)
        } catch (cause) {
          if (isAsleep && cause instanceof FalseworkError && cause.code === 'FENCED')
            met.add('zombie wakes behind a fence')
          throw cause
        }
      },
      close: async () => await output.close(),
    }
  }
}

const fields: Readonly<Record<string, Value>> = {
  customerId: '1',
  status: 'PAID',
  previousStatus: 'NEW',
  total: 1_990n,
  currency: 'EUR',
  placedOn: 20_000,
  sku: 'A-1',
  quantity: 1,
  carrier: 'DHL',
  changedAt: 1_790_000_000_000_000n,
}

const eventOf = (id: string, store: Store, order: number): NativeEvent => ({
  ...{ mapping, scope: store, topic: eventTopic, origin: 'own', event: 'OrderChanged', version: 1 },
  key: String(order),
  id,
  timeUs: 1_790_000_000_000_000n,
  fields: { ...fields, orderId: String(order), storeNo: Number(store) },
})
