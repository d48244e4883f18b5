/** The types of events that a native publisher was opened with: their schemas, and where their events go. */
import { nativeEventsTopic } from '../core/delivery/own-topics.ts'
import type { TopicNames } from '../core/delivery/topic-names.ts'
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import { eventTypeHeaders } from '../core/event/cloud-event-headers.ts'
import type { Contract } from '../core/event/contract/contract.ts'
import type { FixedHeaders } from '../core/event/event-record.ts'
import { parseContract } from '../core/event/contract/parse-contract.ts'
import { sameSchema, subjectOf } from '../core/event/schema-subject.ts'
import type { SchemaRegistry } from '../ports/schema-registry.ts'
import type { TopicAdmin } from '../ports/kafka/topic-admin.ts'

/** A version of an event in one topic. */
export interface NativeContract {
  readonly event: string
  readonly version: number
  /** As the mapping names it: `orders.v1`. */
  readonly topic: string
  /** Of `contracts/<event>.v<version>.avsc`, as it is registered. */
  readonly text: string
}

/** A topic as it is called on Kafka. */
export interface Destination {
  readonly topic: string
  readonly partitions: number
}

export interface EventType {
  readonly contract: Contract
  readonly fieldNames: ReadonlySet<string>
  readonly schemaId: number
  readonly headers: FixedHeaders
  /** By where an event comes from: the topic for what is mirrored, and the public one. */
  readonly destinations: Readonly<Record<'mirrored' | 'own', Destination>>
}

export type EventTypes = ReadonlyMap<string, EventType>

export const eventTypeName = ({ topic, event, version }: Omit<NativeContract, 'text'>): string =>
  `${event}.v${version} in ${topic}`

export interface EventTypePorts {
  readonly names: TopicNames
  readonly schemaRegistry: SchemaRegistry
  readonly topicAdmin: TopicAdmin
}

/**
 * Looks up schemas and topics, and creates the topics for what is mirrored. Raises `NATIVE_CONTRACT` for a contract that
 * cannot be read or is not registered, `TOPIC_MISSING` when its public topic is not there, and what the ports say.
 */
export async function eventTypes(
  ports: EventTypePorts,
  { contracts, source }: { readonly contracts: readonly NativeContract[]; readonly source: string },
): Promise<EventTypes> {
  const parsed = contracts.map((one) => ({ one, contract: readContract(one) }))
  const destinations = await destinationsOf(ports, new Set(contracts.map(({ topic }) => topic)))
  const types = new Map<string, EventType>()
  for (const { one, contract } of parsed) {
    const own = destinations.get(one.topic)
    if (own === undefined) throw new FalseworkError('INTERNAL', `no destinations of ${one.topic}`)
    const schemaId = await registeredId(ports.schemaRegistry, subjectOf(own.own.topic, contract.fullName), contract)
    const schemaUrl = ports.schemaRegistry.urlOf(schemaId)
    types.set(eventTypeName(one), {
      contract,
      fieldNames: new Set(contract.fields.map(({ name }) => name)),
      schemaId,
      headers: eventTypeHeaders({ source, fullName: contract.fullName, schemaUrl }),
      destinations: own,
    })
  }
  return types
}

function readContract({ event, version, text }: NativeContract): Contract {
  const parsed = parseContract({ text, file: `${event}.v${version}.avsc`, event, version })
  if (parsed.kind === 'contract') return parsed.contract
  const words = parsed.problems.map(({ message }) => message).join('; ')
  throw new FalseworkError('NATIVE_CONTRACT', `the contract ${event}.v${version} cannot be read: ${words}`)
}

async function registeredId(registry: SchemaRegistry, subject: string, { schema }: Contract): Promise<number> {
  const registered = (await registry.versions(subject)).findLast((version) => sameSchema(version.schema, schema))
  if (registered !== undefined) return registered.id
  throw new FalseworkError('NATIVE_CONTRACT', `no version of subject ${subject} is the contract that was given`)
}

async function destinationsOf(
  { names, topicAdmin }: EventTypePorts,
  topics: ReadonlySet<string>,
): Promise<ReadonlyMap<string, EventType['destinations']>> {
  const partitionsOf = await topicAdmin.describe(
    [...topics].flatMap((topic) => [names.events(topic), names.native(topic)]),
  )
  const missing: ReturnType<typeof nativeEventsTopic>[] = []
  const found = [...topics].map((topic): [string, EventType['destinations']] => {
    const { partitions } = partitionsOf.get(names.events(topic)) ?? {}
    if (partitions === undefined) throw new FalseworkError('TOPIC_MISSING', `there is no topic ${names.events(topic)}`)
    const mirrored = partitionsOf.get(names.native(topic))
    if (mirrored === undefined) missing.push(nativeEventsTopic(names, topic, partitions))
    return [
      topic,
      {
        own: { topic: names.events(topic), partitions },
        mirrored: { topic: names.native(topic), partitions: mirrored?.partitions ?? partitions },
      },
    ]
  })
  if (missing.length > 0) await topicAdmin.ensure(missing)
  return new Map(found)
}
