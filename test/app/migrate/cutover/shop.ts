/** The benchmark's orders, store by store, as they are handed over: registered once for all simulations. */
import type { MemorySchemaRegistry } from '../../../../src/adapters/schema-registry/memory-schema-registry.ts'
import type { NativeContract } from '../../../../src/native/event-types.ts'
import { benchProject, installation } from '../../bench-project.ts'
import { scoped } from '../../translate/said-stages.ts'

export const mapping = 'order-changed'
export const source = 'bench'
export const eventTopic = 'order-changes.v1'
export const nativeId = `falsework.native.${mapping}.1`

/** A value of the structural scope. */
export type Store = string
export const stores: readonly [Store, ...Store[]] = ['1', '2', '3']

/** Few, so that each of them has many events. */
export function ordersOf(store: Store): readonly [number, number] {
  const first = 39 + Number(store)
  return [first, first + 40]
}

const migration = `migration: orders
format: 1
mapping: ${mapping}
topics: {bridge: ${eventTopic}, native: native.${eventTopic}}
gates: {lagSecondsMax: 86400}
native: {transactionalIds: [${nativeId}]}
`

export interface Shop {
  /** Of the registry log, in their order. */
  readonly records: readonly Buffer[]
  readonly schemaRegistry: MemorySchemaRegistry
  readonly contract: NativeContract
  readonly connector: Readonly<Record<string, string>>
}

async function registered(): Promise<Shop> {
  const bench = installation()
  const project = await benchProject(scoped)
  const { texts } = project
  const migrations = [{ path: 'migrations/orders.yaml', text: migration }]
  const done = await bench.register({ ...project, texts: { ...texts, migrations } }, { stage: 'live' })
  if (done.kind !== 'registered') throw new Error(`the shop cannot be registered: ${JSON.stringify(done)}`)
  const { records } = await (await bench.kafka.openControlLog()).read(0)
  return {
    records: records.map(({ value }) => value),
    schemaRegistry: bench.schemaRegistry,
    contract: { event: 'OrderChanged', version: 1, topic: eventTopic, text: texts.contracts[0]?.text ?? '' },
    connector: JSON.parse(texts.connectors[0]?.text ?? '{}') as Record<string, string>,
  }
}

export const shop = registered()
