/** OpenCart's schema on the real stack: what arrives is what its workload has noted, key by key. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { connectKafka, type KafkaPorts } from '../../src/adapters/kafka/connect-kafka.ts'
import { openMariadbInspector } from '../../src/adapters/mariadb/mariadb-inspector.ts'
import { contractsById, type ReadableEvent, readableEvent } from '../../src/app/observe/decode-event.ts'
import { readRegistry } from '../../src/app/observe/registered.ts'
import { mergePulled, parseCatalog, serializeCatalog } from '../../src/core/catalog/catalog-file.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import type { TopicRecord } from '../../src/ports/kafka/topic-reader.ts'
import type { ServerAddress } from '../../stack/stack.ts'
import { passed } from '../faults/captured-crm.ts'
import { daemonEnvironment } from '../faults/daemon-environment.ts'
import { type DaemonProcess, falsework, type Place, root, runScript } from '../faults/daemon-process.ts'
import { Translation } from '../faults/translation.ts'
import { isolated } from '../stack/isolated.ts'
import { asNoted, keyOf, type NotedEvent, recordsOf } from './noted-events.ts'

const folder = join(root, 'examples', 'opencart')
const story = ['--seed', '7', '--actions', '300']
const stack = inject('stack')

const opencartEnvironment = ({ host, port, user, password }: ServerAddress): Place['environment'] => ({
  FALSEWORK_OPENCART_HOST: host,
  FALSEWORK_OPENCART_PORT: String(port),
  FALSEWORK_OPENCART_USER: user,
  FALSEWORK_OPENCART_PASSWORD: password,
  FALSEWORK_CONNECT_BROKERS: stack.brokers,
  FALSEWORK_KEY_OPENCART_PERSON: 'persons-of-nobody',
})

async function notedEvents(connection: mysql.Connection): Promise<readonly NotedEvent[]> {
  const [rows] = await connection.query<(Omit<NotedEvent, 'fields'> & { fields: string } & mysql.RowDataPacket)[]>(
    'SELECT topic, type, `key`, fields FROM opencart_expected.events ORDER BY sequence',
  )
  return rows.map(({ topic, type, key, fields }) => ({
    topic,
    type,
    key,
    fields: JSON.parse(fields) as NotedEvent['fields'],
  }))
}

// Without a server `npm test` says so by name.
describe.skipIf(stack.mariadb === null)('the workload over the schema of OpenCart', () => {
  const server = stack.mariadb ?? { host: '', port: 0, user: '', password: '' }
  let connection: mysql.Connection
  let kafka: KafkaPorts
  let daemon: DaemonProcess
  let expected: readonly NotedEvent[]
  let got: readonly ReadableEvent[]
  let deadLetters: readonly TopicRecord[]

  beforeAll(async () => {
    const { prefix } = isolated('opencart')
    connection = await mysql.createConnection({ ...server, multipleStatements: true })
    await connection.query(readFileSync(join(folder, 'schema.sql'), 'utf8'))
    const environment = { ...daemonEnvironment(stack, prefix), ...opencartEnvironment(server) }
    const place: Place = { folder, environment }
    await runScript(place, join(folder, 'workload.ts'), ...story, '--part', 'opening')
    await falsework(place, 'connector', 'apply')
    kafka = connectKafka({
      brokers: [stack.brokers],
      clientId: 'opencart-test',
      requestTimeoutMs: 10_000,
      // Where Translation has everything but the raw log.
      names: topicNames(`${prefix}whole.`),
      replicationFactor: 1,
    })
    const { topicReader: reader } = kafka
    const close = async (): Promise<void> => await kafka.close()
    const translation = new Translation({ source: 'opencart', place, eventTopics: [], reader, close }, 'whole')
    await translation.register()
    daemon = translation.startDaemon()
    const offsetsUrl = `${stack.connectUrl}/connectors/${prefix}opencart/offsets`
    // The snapshot has seen what it will see: what comes now is streamed.
    await passed(connection, offsetsUrl)
    await runScript(place, join(folder, 'workload.ts'), ...story, '--part', 'story')
    await passed(connection, offsetsUrl)
    await translation.drained()
    await daemon.kill('SIGTERM')
    expected = await notedEvents(connection)
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
    await connection.end()
    await kafka.close()
  })

  it('stands on the catalog that a pull writes', async () => {
    const file = 'catalog/opencart.json'
    const text = readFileSync(join(folder, file), 'utf8')
    const committed = parseCatalog({ text, file })
    const inspector = await openMariadbInspector(server)
    const pulled = await inspector.tables({ source: 'opencart', schemas: ['opencart'] })
    await inspector.close()
    if (committed.kind === 'refused') throw new Error(JSON.stringify(committed.problems))
    expect(serializeCatalog(mergePulled(pulled, committed.catalog))).toBe(text)
  })

  it('gives hundreds of events of twenty types, and nothing that is set aside', () => {
    expect(expected.length).toBeGreaterThan(300)
    expect(new Set(expected.map(({ type }) => type)).size).toBeGreaterThan(20)
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
