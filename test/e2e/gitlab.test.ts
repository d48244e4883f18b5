/** GitLab's schema on the real stack: what arrives is what its workload has noted, key by key. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectKafka, type KafkaPorts } from '../../src/adapters/kafka/connect-kafka.ts'
import { contractsById, type ReadableEvent, readableEvent } from '../../src/app/observe/decode-event.ts'
import { readRegistry } from '../../src/app/observe/registered.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import type { TopicRecord } from '../../src/ports/kafka/topic-reader.ts'
import { confirmed } from '../faults/captured-shop.ts'
import { daemonEnvironment } from '../faults/daemon-environment.ts'
import { type DaemonProcess, falsework, type Place, root, runScript } from '../faults/daemon-process.ts'
import { Translation } from '../faults/translation.ts'
import { type DatabaseAddress, isolated } from '../stack/isolated.ts'
import { asNoted, keyOf, type NotedEvent, recordsOf } from './noted-events.ts'

const folder = join(root, 'examples', 'gitlab')
const story = ['--seed', '7', '--transactions', '600']

let client: pg.Client
let kafka: KafkaPorts
let daemon: DaemonProcess
let expected: readonly NotedEvent[]
let got: readonly ReadableEvent[]
let deadLetters: readonly TopicRecord[]

beforeAll(async () => {
  const { stack, prefix, database } = isolated('gitlab')
  const address = await database()
  client = new pg.Client(address)
  await client.connect()
  await client.query(readFileSync(join(folder, 'schema.sql'), 'utf8'))
  const place: Place = { folder, environment: { ...daemonEnvironment(stack, prefix), ...gitlabEnvironment(address) } }
  await runScript(place, join(folder, 'workload.ts'), ...story, '--part', 'opening')
  await falsework(place, 'connector', 'apply')
  kafka = connectKafka({
    brokers: [stack.brokers],
    clientId: 'gitlab-test',
    requestTimeoutMs: 10_000,
    // Where Translation has everything but the raw log.
    names: topicNames(`${prefix}whole.`),
    replicationFactor: 1,
  })
  const { topicReader: reader } = kafka
  const close = async (): Promise<void> => await kafka.close()
  const translation = new Translation({ source: 'gitlab', place, eventTopics: [], reader, close }, 'whole')
  await translation.register()
  daemon = translation.startDaemon()
  await runScript(place, join(folder, 'workload.ts'), ...story, '--part', 'story')
  await confirmed(client, 'falsework_gitlab')
  await translation.drained()
  await daemon.kill('SIGTERM')
  const rows = await client.query<NotedEvent>('SELECT topic, type, key, fields FROM expected.events ORDER BY sequence')
  expected = rows.rows
  const contracts = contractsById(await readRegistry(kafka.openControlLog))
  const topics = [...new Set(expected.map(({ topic }) => topic))]
  const records = await Promise.all(topics.map(async (topic) => await recordsOf(reader, translation.prefix + topic)))
  got = records.flat().map((record) => {
    const event = readableEvent(record, contracts)
    return { ...event, topic: event.topic.slice(translation.prefix.length) }
  })
  deadLetters = await recordsOf(reader, `${translation.prefix}falsework.dead-letters`)
}, 300_000)

afterAll(async () => {
  await daemon.kill('SIGKILL')
  await client.end()
  await kafka.close()
})

const gitlabEnvironment = ({ host, port, database, user, password }: DatabaseAddress): Place['environment'] => ({
  FALSEWORK_GITLAB_HOST: host,
  FALSEWORK_GITLAB_PORT: String(port),
  FALSEWORK_GITLAB_DATABASE: database,
  FALSEWORK_GITLAB_USER: user,
  FALSEWORK_GITLAB_PASSWORD: password,
  FALSEWORK_KEY_GITLAB_PERSON: 'persons-of-nobody',
})

describe('the workload over the schema of GitLab', () => {
  it('gives hundreds of events of thirty types, and nothing that is set aside', () => {
    expect(expected.length).toBeGreaterThan(300)
    expect(new Set(expected.map(({ type }) => type)).size).toBeGreaterThan(28)
    expect(deadLetters).toEqual([])
    expect(got.filter(({ unread }) => unread !== null)).toEqual([])
  })

  it('is published without one event missing, and in the order of each key', () => {
    const arrived = Map.groupBy(got, keyOf)
    const wanted = Map.groupBy(expected, keyOf)
    expect([...arrived.keys()].sort()).toEqual([...wanted.keys()].sort())
    for (const [name, events] of wanted) {
      expect(
        (arrived.get(name) ?? []).map((event, at) => asNoted(event, events[at])),
        name,
      ).toEqual(events)
    }
  })

  it('is published once', () => {
    const ids = got.flatMap(({ id }) => (id === '' ? [] : [id]))
    expect(new Set(ids).size).toBe(ids.length)
    expect(got.length).toBe(expected.length)
  })
})
