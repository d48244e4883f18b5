/** What `doctor` prints of its answers, and with which exit code. */
import { describe, expect, it } from 'vitest'
import { MemoryConnect } from '../../src/adapters/connect/memory-connect.ts'
import { captureConditions, conditionsOf } from '../../src/core/capture/connector/capture-conditions.ts'
import type { TextFile } from '../../src/app/project/project-texts.ts'
import type { CaptureFacts, ConnectorSettings } from '../../src/core/capture/connector/capture-findings.ts'
import type { DatabaseInspector } from '../../src/ports/database/database-inspector.ts'
import { installation } from '../app/bench-project.ts'
import { soundFacts, soundOffset, soundSettings } from '../core/capture/connector/sound-capture.ts'
import { falsework, type Ran, repository } from './in-process.ts'

/** A port on which nobody listens. */
const nowhere = '127.0.0.1:1'
const environment = {
  FALSEWORK_KAFKA_BROKERS: nowhere,
  FALSEWORK_KAFKA_REQUEST_TIMEOUT_MS: '500',
  FALSEWORK_CONNECT_URL: `http://${nowhere}`,
  FALSEWORK_KEY_CUSTOMER_EMAIL: 'addresses-of-nobody',
  FALSEWORK_SHOP_HOST: '127.0.0.1',
  FALSEWORK_SHOP_PORT: '1',
  FALSEWORK_SHOP_DATABASE: 'none',
  FALSEWORK_SHOP_USER: 'nobody',
  FALSEWORK_SHOP_PASSWORD: 'none',
}
const codes = conditionsOf('postgres').map(({ code }) => code)

const inspectorOf = (facts: CaptureFacts): DatabaseInspector => ({
  tables: () => Promise.reject(new Error('nobody asks')),
  capture: async () => await Promise.resolve(facts),
  slotPosition: () => Promise.reject(new Error('nobody asks')),
  sample: () => Promise.reject(new Error('nobody asks')),
  close: async () => await Promise.resolve(),
})

interface Found {
  readonly settings?: ConnectorSettings
  readonly database?: CaptureFacts | null
  readonly mappings?: readonly TextFile[]
}

/** The shop with a connector, a raw log and a database; `database` null: nobody answers at its address. */
async function doctor(
  { settings = soundSettings, database = soundFacts, mappings = [] }: Found,
  ...parameters: string[]
): Promise<Ran> {
  const { kafka } = installation()
  await kafka.topicAdmin.ensure([{ topic: 'raw.shop', partitions: 1, config: { 'cleanup.policy': 'delete' } }])
  const connect = new MemoryConnect()
  await connect.apply('shop', settings)
  await connect.write('shop', [soundOffset])
  return await falsework(['doctor', 'shop', ...parameters], {
    folder: repository,
    environment,
    ports: ({ openInspector, readProject }) => ({
      kafka,
      connectorAdmin: connect,
      connectorOffsets: connect,
      openInspector: async (source) =>
        database === null ? await openInspector(source) : await Promise.resolve(inspectorOf(database)),
      // Not the shop's own mappings: the facts know one table of theirs.
      readProject: async () => {
        const project = await readProject()
        return { ...project, texts: { ...project.texts, mappings, fixtures: [], migrations: [] } }
      },
    }),
  })
}

/** Condition by condition, what stands in the second column. */
const verdicts = ({ out }: Ran): Record<string, string[]> => {
  const lines = out
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => /^shop +(ok|violated|not asked) +(\S+)/.exec(line))
  const byVerdict = Map.groupBy(lines, (line) => line?.[1] ?? 'unread')
  return Object.fromEntries([...byVerdict].map(([verdict, found]) => [verdict, found.map((line) => line?.[2] ?? '')]))
}

describe('falsework doctor', () => {
  it('lists every condition as ok and has nothing more to say where all is well', async () => {
    const ran = await doctor({})
    expect(verdicts(ran)).toEqual({ ok: codes })
    expect([ran.code, ran.err]).toEqual([0, ''])
  })

  it('answers exit 1 to a violated condition, with what was found, why it matters and what to do', async () => {
    const ran = await doctor({ settings: { ...soundSettings, 'slot.drop.on.stop': 'true' } })
    expect(verdicts(ran)['violated']).toEqual(['connector-slot-drop-on-stop'])
    const condition = captureConditions.find(({ code }) => code === 'connector-slot-drop-on-stop')
    expect(ran.out).toMatch(/^shop +violated +connector-slot-drop-on-stop +\S/m)
    expect(ran.err).toBe(`next: connector-slot-drop-on-stop: ${condition?.why ?? '?'}; ${condition?.remedy ?? '?'}\n`)
    expect(ran.code).toBe(1)
  })

  it('answers exit 3 when one part could not be asked, names the reason once, and judges the rest', async () => {
    const ran = await doctor({ database: null })
    expect(Object.keys(verdicts(ran)).toSorted()).toEqual(['not asked', 'ok'])
    expect(verdicts(ran)['ok']).toContain('raw-log')
    expect(ran.out.match(/not asked/g)).toHaveLength(1)
    expect(ran.out).toMatch(/^shop +not asked +[\w-]+ and \d+ more +DATABASE_UNREACHABLE: /m)
    expect(ran.err).toMatch(
      /^next: could not be asked: DATABASE_UNREACHABLE: PostgreSQL at 127\.0\.0\.1:1\/none: .*\n$/,
    )
    expect(ran.code).toBe(3)
  })

  it('answers exit 1 when something is violated and something else could not be asked', async () => {
    const ran = await doctor({ settings: { ...soundSettings, 'slot.drop.on.stop': 'true' }, database: null })
    expect(Object.keys(verdicts(ran)).toSorted()).toEqual(['not asked', 'ok', 'violated'])
    expect(ran.code).toBe(1)
  })

  it('gives programs each answer with its remedy, and no secret of the connector', async () => {
    const settings = { ...soundSettings, 'slot.drop.on.stop': 'true', 'database.password': 'hunter2' }
    const { code, out } = await doctor({ settings }, '-o', 'json')
    const { kind, items } = JSON.parse(out) as { kind: string; items: { condition: string }[] }
    expect([kind, items.map(({ condition }) => condition)]).toEqual(['Diagnoses', codes])
    expect(items.find(({ condition }) => condition === 'connector-slot-drop-on-stop')).toMatchObject({
      source: 'shop',
      verdict: 'violated',
      remedy: expect.stringMatching(/./) as string,
    })
    expect(out).not.toContain('hunter2')
    expect(code).toBe(1)
  })

  it('says that it has not looked at every table when a mapping cannot be read', async () => {
    const mappings = [{ path: 'mappings/orders.yaml', text: '<<<<<<< HEAD' }]
    const { code, err } = await doctor({ mappings })
    expect(err).toMatch(/^warning: the project has errors: .*`falsework validate`\n$/)
    expect(code).toBe(0)
  })

  it('answers exit 64 when the connector file refers to what is not set', async () => {
    const { code, err } = await falsework(['doctor'], { folder: repository })
    expect(err).toMatch(/^error REFERENCE_UNRESOLVED: connectors\/[\w-]+\.json:\d+:\d+: .*FALSEWORK_/)
    expect(code).toBe(64)
  })

  it('answers exit 3 when everything is down, and calls nothing violated', async () => {
    const { code, out } = await falsework(['doctor', 'shop', '-o', 'json'], { folder: repository, environment })
    const { items } = JSON.parse(out) as { items: readonly { verdict: string; found: string }[] }
    expect(new Set(items.map(({ verdict }) => verdict))).toEqual(new Set(['notAsked']))
    expect(new Set(items.map(({ found }) => found.split(':')[0]))).toEqual(
      new Set(['CONNECT_UNREACHABLE', 'KAFKA_UNREACHABLE', 'DATABASE_UNREACHABLE']),
    )
    expect(code).toBe(3)
  }, 30_000)
})
