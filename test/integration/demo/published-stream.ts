/** A stream of events as the translator should publish it, made from expectations alone, to be damaged by tests. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import avsc from 'avsc'
import { Kafka, logLevel, type Message } from 'kafkajs'
import type { FieldValue } from '../../../demo/old-application/expected/expected-event.ts'
import type { NumberedEvent } from '../../../demo/old-application/plan/plan-transactions.ts'
import { createTopics } from '../../../stack/create-topics.ts'

export interface PublishedEvent {
  readonly event: NumberedEvent
  readonly id: string
  /** Absent: none is told. */
  readonly epoch?: number
}

export const published = (events: readonly NumberedEvent[]): readonly PublishedEvent[] =>
  events.map((event) => ({ event, id: randomUUID() }))

/** Writes an event's value: a frame with the schema's id, and Avro bytes of another implementation. */
export class EventWriter {
  private readonly registryUrl: string
  private readonly contracts = new Map<string, Promise<RegisteredContract>>()

  constructor(registryUrl: string) {
    this.registryUrl = registryUrl
  }

  async message({ event, id, epoch }: PublishedEvent): Promise<Message> {
    const contract = await this.contract(event.type)
    const header = Buffer.alloc(5)
    header.writeInt32BE(contract.id, 1)
    return {
      key: event.key,
      value: Buffer.concat([header, contract.type.toBuffer(event.fields)]),
      headers: {
        ce_specversion: '1.0',
        ce_id: id,
        ce_source: '/falsework/shop',
        ce_type: event.type,
        ce_time: event.time ?? '2026-01-31T09:00:00.000000Z',
        ce_subject: event.subject,
        ce_partitionkey: event.key,
        'content-type': 'application/avro',
        ...(epoch === undefined ? {} : { 'falsework-epoch': String(epoch) }),
      },
    }
  }

  /** Asked by all of a stream at once, registered once. */
  private async contract(type: string): Promise<RegisteredContract> {
    const contract = this.contracts.get(type) ?? this.register(type)
    this.contracts.set(type, contract)
    return await contract
  }

  private async register(type: string): Promise<RegisteredContract> {
    const name = type.split('.').at(-1) ?? ''
    const text = readFileSync(new URL(`../../../contracts/${name}.v1.avsc`, import.meta.url), 'utf8')
    const response = await fetch(`${this.registryUrl}/subjects/verify-${type}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema: text }),
    })
    if (!response.ok) throw new Error(`${type}: ${response.status} ${await response.text()}`)
    const { id } = (await response.json()) as { id: number }
    return { id, type: typeOf(text) }
  }
}

interface RegisteredContract {
  readonly id: number
  readonly type: avsc.Type
}

/** Takes expectations as they are: decimals, dates and instants as texts. */
function typeOf(text: string): avsc.Type {
  const schema = JSON.parse(text) as avsc.Schema
  return avsc.Type.forSchema(schema, {
    wrapUnions: 'never',
    logicalTypes: { decimal, date, 'timestamp-micros': micros },
  })
}

class decimal extends avsc.types.LogicalType {
  protected override _fromValue(): never {
    throw new Error('nothing is read here')
  }

  protected override _toValue(value: FieldValue): Buffer | undefined {
    if (typeof value !== 'string' || !/^-?\d+\.\d{2}$/.test(value)) return undefined
    const unscaled = BigInt(value.replace('.', ''))
    const bytes = Buffer.alloc(16)
    bytes.writeBigInt64BE(unscaled >> 64n)
    bytes.writeBigUInt64BE(BigInt.asUintN(64, unscaled), 8)
    return bytes
  }
}

class date extends avsc.types.LogicalType {
  protected override _fromValue(): never {
    throw new Error('nothing is read here')
  }

  protected override _toValue(value: FieldValue): number | undefined {
    return typeof value === 'string' ? Date.parse(`${value}T00:00:00Z`) / 86_400_000 : undefined
  }
}

class micros extends avsc.types.LogicalType {
  protected override _fromValue(): never {
    throw new Error('nothing is read here')
  }

  protected override _toValue(value: FieldValue): number | undefined {
    if (typeof value !== 'string') return undefined
    return Date.parse(`${value.slice(0, 19)}Z`) * 1000 + Number(value.slice(20, 26))
  }
}

export interface TopicContent {
  readonly topic: string
  readonly messages: readonly Message[]
}

/** Creates the topics and fills them, each key in the order that is given. */
export async function fillTopics(brokers: string, topics: readonly TopicContent[]): Promise<void> {
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  await createTopics(
    admin,
    topics.map(({ topic }) => ({ topic, numPartitions: 3 })),
  )
  await admin.disconnect()
  // Idempotent: a batch that the client sends again must not be there twice.
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  await producer.sendBatch({ topicMessages: topics.map(({ topic, messages }) => ({ topic, messages: [...messages] })) })
  await producer.disconnect()
}
