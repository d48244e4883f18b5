/** What the cluster says to the gates: whether whoever will publish can be fenced, and who still reads. */
import { describe, expect, it } from 'vitest'
import { liveValues } from '../../../src/app/migrate/live-values.ts'
import { readStages } from '../../../src/app/migrate/read-stages.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { noGates } from '../../../src/core/migration/file/migration-shape.ts'
import type { LiveValues } from '../../../src/core/migration/gates.ts'
import type { Stage } from '../../../src/core/migration/stage.ts'
import { codeOf } from '../../contract/kafka-harness.ts'
import { benchProject, fillRawLog, type Installation, installation, names } from '../bench-project.ts'

const ids = ['falsework.native.order-changed.1', 'falsework.native.order-changed.2']
const migration = `migration: orders
format: 1
mapping: order-changed
topics: {bridge: order-changes.v1, native: native.order-changes.v1}
native: {transactionalIds: [${ids.join(', ')}]}
`
const deprecated = (text: string): string =>
  text.replace(
    '- event: OrderChanged\n',
    '- event: OrderChanged\n        deprecated: {since: 2026-01-01, sunset: 2026-06-30}\n',
  )

async function registered(edit?: (mapping: string) => string, text: string | null = migration): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 1)
  const project = await benchProject(edit)
  const migrations = text === null ? [] : [{ path: 'migrations/orders.yaml', text }]
  await bench.register({ ...project, texts: { ...project.texts, migrations } }, { stage: 'shadow' })
  return bench
}

async function values({ kafka }: Installation, to: Exclude<Stage, 'shadow'>): Promise<LiveValues> {
  const parts = { names, ...kafka, wallMs: () => Date.now() }
  const migrated = await readStages('order-changed', await readRegistry(kafka.openControlLog), parts)
  const limits = { gates: noGates, windowSeconds: 0, events: [], today: '2026-01-01' }
  return await liveValues(migrated, { to, limits }, parts)
}

const reads = ({ kafka }: Installation, group: string, topic: string): void =>
  kafka.groups.set(group, { members: [], committed: new Map([[topic, [0]]]) })

describe('before the new service owns a scope', () => {
  it('each declared id that nobody has opened is named', async () => {
    const bench = await registered()
    expect((await values(bench, 'native')).unfenced).toEqual(ids)
    bench.kafka.cluster.openProducer('falsework.native.order-changed.2')
    expect((await values(bench, 'native')).unfenced).toEqual(['falsework.native.order-changed.1'])
  })

  it('to look whether a publisher can be fenced does not fence it', async () => {
    const bench = await registered()
    const producers = ids.map((id) => bench.kafka.cluster.openProducer(id))
    expect((await values(bench, 'native')).unfenced).toEqual([])
    for (const producer of producers) expect(() => bench.kafka.cluster.checkEpoch(producer)).not.toThrow()
  })

  it('nothing is known of its publishers where no migration file declares them', async () => {
    expect((await values(await registered(undefined, null), 'native')).unfenced).toBeNull()
  })

  it('rights on its ids that are missing are said, not taken for an id that nobody has opened', async () => {
    const bench = await registered()
    bench.kafka.cluster.setAllowed('falsework.native.order-changed.1', 'no')
    expect(await codeOf(async () => await values(bench, 'native'))).toBe('NOT_AUTHORISED')
  })
})

describe('before a mapping is retired', () => {
  it('groups on its shadow topics are named, and those on the public one are not', async () => {
    const bench = await registered()
    reads(bench, 'rehearsal', 'shadow.order-changes.v1')
    reads(bench, 'billing', 'order-changes.v1')
    expect((await values(bench, 'retired')).readers).toEqual(['rehearsal (shadow.order-changes.v1)'])
  })

  it('groups on the topic of a deprecated version are named, too', async () => {
    const bench = await registered(deprecated)
    reads(bench, 'billing', 'order-changes.v1')
    expect((await values(bench, 'retired')).readers).toEqual(['billing (order-changes.v1)'])
  })
})

it('a stage whose gates ask for neither needs no rights on groups and ids', async () => {
  const bench = await registered()
  reads(bench, 'rehearsal', 'shadow.order-changes.v1')
  bench.kafka.cluster.setAllowed('falsework.native.order-changed.1', 'no')
  expect(await values(bench, 'live')).toMatchObject({ unfenced: null, readers: [] })
})
