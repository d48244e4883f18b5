/** The events of a project as an AsyncAPI 3 document: for the tools of its consumers, never read by falsework. */
import { brand } from '../../../brand.ts'
import { writableSchema } from '../../../core/event/avro/schema-json.ts'
import { canonicalHash } from '../../../core/registry/revision-hash.ts'
import type { PublishedEvent } from './published-events.ts'

/** What each record of an event says beside its value, as `core/event/record-factory.ts` writes it. */
const headers: Readonly<Record<string, string>> = {
  ce_specversion: 'CloudEvents 1.0',
  ce_id: 'The same whenever the same change is translated: a repeat is recognised by it.',
  ce_source: `/${brand.name}/<source>`,
  ce_type: 'Full name of the schema.',
  ce_time: 'Commit time of the change, unless the mapping says otherwise.',
  ce_subject: 'What the event is about; the key, unless the mapping says otherwise.',
  ce_dataschema: 'Address of the schema in the schema registry.',
  ce_partitionkey: "The record's key.",
  ce_sequence: 'Commit order within ce_source, as text.',
  ce_correlationid: 'The source transaction: its events became visible together.',
  'content-type': 'application/avro',
  [`${brand.headerPrefix}mapping`]: 'The mapping and its revision.',
  [`${brand.headerPrefix}proof`]: 'end, or snapshot for a row that was there before.',
  [`${brand.headerPrefix}epoch`]: "Of the owner of the key's scope.",
  [`${brand.headerPrefix}scope`]: 'The scope, where the mapping is divided into scopes.',
  [`${brand.headerPrefix}raw`]: 'Offsets of the source transaction in the raw log.',
}

/** Text of the document; the same for the same contracts and mappings. */
export function asyncApiText(events: readonly PublishedEvent[]): string {
  const topics = Map.groupBy(events, ({ topic }) => topic)
  const version = canonicalHash(events.map(({ name, topic, contract }) => [name, topic, contract.schema]))
  const document = {
    asyncapi: '3.0.0',
    info: { title: 'Business events', version, description: 'Read with isolation.level=read_committed.' },
    defaultContentType: 'application/avro',
    channels: Object.fromEntries([...topics].map(([topic, ofTopic]) => [topic, channelOf(topic, ofTopic)])),
    operations: Object.fromEntries(
      [...topics.keys()].map((topic) => [
        `publish.${topic}`,
        { action: 'send', channel: { $ref: `#/channels/${topic}` } },
      ]),
    ),
    components: {
      messages: Object.fromEntries(events.map((event) => [event.name, messageOf(event)])),
      schemas: { headers: headersSchema() },
    },
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

const channelOf = (topic: string, events: readonly PublishedEvent[]) => ({
  address: topic,
  messages: Object.fromEntries(events.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }])),
  bindings: { kafka: { topic, partitions: events[0]?.partitions, bindingVersion: '0.5.0' } },
})

const messageOf = ({ name, contract, deprecated }: PublishedEvent) => ({
  name: contract.fullName,
  title: name,
  ...(contract.doc === null ? {} : { summary: contract.doc }),
  ...(deprecated === null
    ? {}
    : { description: `Deprecated since ${deprecated.since}, ends on ${deprecated.sunset}.` }),
  contentType: 'application/avro',
  headers: { $ref: '#/components/schemas/headers' },
  payload: { schemaFormat: 'application/vnd.apache.avro;version=1.9.0', schema: writableSchema(contract.schema) },
  bindings: {
    kafka: {
      key: { type: 'string' },
      schemaIdLocation: 'payload',
      schemaIdPayloadEncoding: 'confluent',
      schemaLookupStrategy: 'TopicRecordNameStrategy',
      bindingVersion: '0.5.0',
    },
  },
})

const headersSchema = () => ({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { type: 'string', description }]),
  ),
})
