import { describe, expect, it } from 'vitest'
import { waitUntilInForce } from '../../../src/app/project/wait-until-in-force.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { benchProject, installation, names } from '../bench-project.ts'

describe('registering mappings', () => {
  it('puts them into the registry log, with schemas and topics made before', async () => {
    const { kafka, schemaRegistry, register } = installation()
    const registered = await register(await benchProject())
    expect(registered).toMatchObject({
      kind: 'registered',
      mappings: [{ mapping: 'order-changed', source: 'bench', revision: 1, outcome: 'registered' }],
    })
    const state = await readRegistry(kafka.openControlLog)
    expect(state.mappings.get('order-changed')?.current.record.stage).toBe('live')
    expect(await schemaRegistry.versions('order-changes.v1-com.acme.bench.OrderChanged')).toHaveLength(1)
    expect((await kafka.topicAdmin.describe(['order-changes.v1'])).get('order-changes.v1')?.partitions).toBe(6)
  })

  it('changes nothing when nothing has changed', async () => {
    const { kafka, register } = installation()
    await register(await benchProject())
    const before = (await readRegistry(kafka.openControlLog)).end
    expect(await register(await benchProject())).toMatchObject({ mappings: [{ revision: 1, outcome: 'unchanged' }] })
    expect((await readRegistry(kafka.openControlLog)).end).toBe(before)
  })

  it('makes no revision of a trigger that came', async () => {
    const { register } = installation()
    const project = await benchProject()
    await register(project)
    const trigger = '"triggers": [{"name": "audit", "timing": "after", "events": ["update"]}],'
    const catalogs = project.texts.catalogs.map(({ path, text }) => ({
      path,
      text: text.replaceAll('"replicaIdentity"', `${trigger} "replicaIdentity"`),
    }))
    const registered = await register({ ...project, texts: { ...project.texts, catalogs } })
    expect(registered).toMatchObject({ mappings: [{ revision: 1, outcome: 'unchanged' }] })
  })

  it('gives a changed mapping its next revision', async () => {
    const { register } = installation()
    await register(await benchProject())
    const changed = await benchProject((text) => text.replace("'NONE'", "'UNKNOWN'"))
    expect(await register(changed)).toMatchObject({ mappings: [{ revision: 2, outcome: 'registered' }] })
  })

  it('names every planted mistake with its place, and changes nothing', async () => {
    const { kafka, schemaRegistry, register } = installation()
    const wrong = await benchProject((text) =>
      text
        .replace('after.store_no', 'after.stor_no')
        .replace("coalesce(after.carrier_cd, 'NONE')", 'after.carrier_cd')
        .replace('ymd(after.order_dt)', 'ymdd(after.order_dt)'),
    )
    const refused = await register(wrong)
    const places = refused.problems.map(({ code, place }) => `${code} ${place.line}:${place.column}`)
    expect(refused.kind).toBe('refused')
    expect(places).toEqual(['FW2103 18:27', 'FW2104 23:22', 'FW2211 27:21'])
    expect((await kafka.topicAdmin.describe([names.registry, 'order-changes.v1'])).size).toBe(0)
    expect(await schemaRegistry.versions('order-changes.v1-com.acme.bench.OrderChanged')).toEqual([])
  })

  it('refuses an incompatible contract with the broken promise, and changes nothing', async () => {
    const { kafka, register } = installation()
    const project = await benchProject()
    await register(project)
    const before = (await readRegistry(kafka.openControlLog)).end
    const contracts = project.texts.contracts.map(({ path, text }) => ({
      path,
      text: text.replace('"precision": 19, "scale": 2', '"precision": 19, "scale": 4'),
    }))
    const mappings = project.texts.mappings.map(({ path, text }) => ({
      path,
      text: text.replace('total_cents, 2', 'total_cents, 4'),
    }))
    const refused = await register({ ...project, texts: { ...project.texts, contracts, mappings } })
    expect(refused.kind).toBe('refused')
    expect(refused.problems.map(({ code }) => code)).toContain('FW2409')
    expect((await readRegistry(kafka.openControlLog)).end).toBe(before)
  })

  it('refuses a contract that is a draft, told once at its place, and changes nothing', async () => {
    const { kafka, register } = installation()
    const project = await benchProject()
    const contracts = project.texts.contracts.map(({ path, text }) => ({
      path,
      text: text.replace('"type": "record",', '"type": "record",\n  "draft": true,'),
    }))
    const refused = await register({ ...project, texts: { ...project.texts, contracts } })
    expect(refused.kind).toBe('refused')
    expect(refused.problems.filter(({ code }) => code === 'FW2411')).toMatchObject([
      { severity: 'error', message: expect.stringContaining('delete "draft": true') as string, place: { line: 3 } },
    ])
    expect((await kafka.topicAdmin.describe([names.registry, 'order-changes.v1'])).size).toBe(0)
  })

  it('refuses a contract for which nobody answers yet, though it is called no draft any more', async () => {
    const { register } = installation()
    const project = await benchProject()
    const contracts = project.texts.contracts.map(({ path, text }) => ({
      path,
      text: text.replace(/"owner": "[^"]*"/, '"owner": "to-be-named"'),
    }))
    const refused = await register({ ...project, texts: { ...project.texts, contracts } })
    expect(refused.problems.filter(({ code }) => code === 'FW2411')).toMatchObject([
      { severity: 'error', message: expect.stringContaining('nobody answers for OrderChanged.v1') as string },
    ])
  })

  it('registers beside a draft that no chosen mapping publishes, and warns of it', async () => {
    const { register } = installation()
    const project = await benchProject()
    const [published] = project.texts.contracts
    const text = (published?.text ?? '')
      .replaceAll('OrderChanged', 'OrderForgotten')
      .replace('"type": "record",', '"type": "record", "draft": true,')
    const contracts = [...project.texts.contracts, { path: 'contracts/OrderForgotten.v1.avsc', text }]
    const registered = await register({ ...project, texts: { ...project.texts, contracts } })
    expect(registered.kind).toBe('registered')
    expect(registered.problems).toContainEqual(expect.objectContaining({ code: 'FW2411', severity: 'warning' }))
    expect(registered.problems).toContainEqual(expect.objectContaining({ code: 'FW2341', severity: 'warning' }))
  })

  it('refuses a topic that is its own under the prefixes of the installation, and changes nothing', async () => {
    const { kafka, register } = installation(topicNames('', 'capture.'))
    const project = await benchProject((text) => text.replace('topic: order-changes.v1', 'topic: capture.raw.bench'))
    const refused = await register(project)
    expect(refused.problems.map(({ code }) => code)).toEqual(['FW2317'])
    expect((await kafka.topicAdmin.describe(['capture.raw.bench', 'falsework.registry'])).size).toBe(0)
  })

  it('refuses a topic that has other partitions than the mapping says', async () => {
    const { kafka, register } = installation()
    await kafka.topicAdmin.ensure([{ topic: 'order-changes.v1', partitions: 3, config: {} }])
    await expect(register(await benchProject())).rejects.toMatchObject({ code: 'INVALID_PROJECT' })
  })

  describe('that publish tombstones', () => {
    const removed = `  - name: removed
    on: {table: orders, op: delete}
    publish: [{tombstone: order-changes.v1, key: "string(before.id)"}]
`
    const withTombstones = async () => await benchProject((text) => `${text.trimEnd()}\n${removed}`)
    const policyOf = async ({ kafka }: ReturnType<typeof installation>) =>
      (await kafka.topicAdmin.describe(['order-changes.v1'])).get('order-changes.v1')?.config.get('cleanup.policy')

    it('make a compacted topic of states, and others one of events that are kept for a time', async () => {
      const [states, events] = [installation(), installation()]
      await states.register(await withTombstones())
      await events.register(await benchProject())
      expect([await policyOf(states), await policyOf(events)]).toEqual(['compact', 'delete'])
    })

    it.each(['compact', 'compact,delete'])('take a topic that is there with cleanup.policy=%s', async (policy) => {
      const bench = installation()
      const config = { 'cleanup.policy': policy }
      await bench.kafka.topicAdmin.ensure([{ topic: 'order-changes.v1', partitions: 6, config }])
      expect(await bench.register(await withTombstones())).toMatchObject({ kind: 'registered' })
    })

    it('are refused where the topic is there and not compacted: in it they delete nothing', async () => {
      const bench = installation()
      await bench.register(await benchProject())
      await expect(bench.register(await withTombstones())).rejects.toMatchObject({
        code: 'INVALID_PROJECT',
        message:
          "topic order-changes.v1 has cleanup.policy 'delete', and a rule publishes tombstones into it: set cleanup.policy=compact on the topic, which nothing here alters, or publish into another topic",
      })
    })
  })

  it('refuses the name of a mapping that is not there', async () => {
    const { register } = installation()
    await expect(register(await benchProject(), { only: ['nope'] })).rejects.toMatchObject({
      code: 'UNKNOWN_NAME',
      message: "there is no mapping 'nope'; have order-changed",
    })
  })

  it('refuses a connector whose settings would make values read wrongly', async () => {
    const { register } = installation()
    const project = await benchProject()
    const connectors = project.texts.connectors.map(({ path, text }) => ({
      path,
      text: text.replace('"hex"', '"base64"'),
    }))
    const refused = await register({ ...project, texts: { ...project.texts, connectors } })
    expect(refused.problems.map(({ code, message }) => `${code} ${message}`)).toContain(
      'CAPTURE_SETTINGS binary.handling.mode must be hex, it is base64',
    )
  })

  it('pins the keys and code files that the mapping uses, not those whose names stand in its text', async () => {
    const { kafka, register } = installation()
    const project = await benchProject((text) =>
      text
        .replace(
          'codes:',
          'codes: # once: codes/old.yaml, with the key order\n  currency: {file: codes/currency.yaml, unknown: error}',
        )
        .replace('"trim(after.curr_cd)"', '"currency(trim(after.curr_cd))"')
        .replace('"trim(after.sku)"', `"pseudonym('stock', trim(after.sku))"`),
    )
    const codes = ['codes/old.yaml', 'codes/currency.yaml'].map((path) => ({ path, text: 'EUR: EUR' }))
    const keys = new Map(['order', 'sku', 'stock', 'changed'].map((name) => [name, `the secret of ${name}`]))
    const registered = await register(
      {
        ...project,
        texts: { ...project.texts, codes },
        keys: new Map([...keys].map(([name, key]) => [name, Buffer.from(key)])),
      },
      { keys },
    )
    expect(registered.problems.filter(({ severity }) => severity === 'error')).toEqual([])
    const { content } = (await readRegistry(kafka.openControlLog)).mappings.get('order-changed')?.current.record ?? {}
    expect(content?.files.codes.map(({ path }) => path)).toEqual(['codes/currency.yaml'])
    expect(Object.keys(content?.keys ?? {})).toEqual(['stock'])
  })

  it('says when a daemon has not put it in force in time', async () => {
    const { kafka, register } = installation()
    const registered = await register(await benchProject())
    if (registered.kind !== 'registered') throw new Error('refused')
    const signal = new AbortController().signal
    const waiting = waitUntilInForce(registered.mappings, {
      names,
      topicReader: kafka.topicReader,
      clock: systemClock,
      timeoutMs: 0,
      signal,
    })
    await expect(waiting).rejects.toMatchObject({ code: 'TIMED_OUT' })
  })
})

describe('registering into shadow', () => {
  const shadow = names.shadow('order-changes.v1')

  it('makes the topics of the stage beside the public ones, with the same partitions', async () => {
    const { kafka, register } = installation()
    await register(await benchProject(), { stage: 'shadow' })
    const state = await readRegistry(kafka.openControlLog)
    expect(state.mappings.get('order-changed')?.current.record.stage).toBe('shadow')
    const topics = await kafka.topicAdmin.describe([shadow, 'order-changes.v1'])
    expect([...topics.values()].map(({ partitions }) => partitions)).toEqual([6, 6])
  })

  it('is kept by later revisions, whatever stage they do not name', async () => {
    const { kafka, register } = installation()
    await register(await benchProject(), { stage: 'shadow' })
    await register(await benchProject((text) => text.replace("'NONE'", "'UNKNOWN'")))
    const state = await readRegistry(kafka.openControlLog)
    expect(state.mappings.get('order-changed')?.current.record.stage).toBe('shadow')
  })

  it('is refused for a mapping that is live, which would take its events away from their readers', async () => {
    const { register } = installation()
    await register(await benchProject())
    await expect(register(await benchProject(), { stage: 'shadow' })).rejects.toMatchObject({
      code: 'TRANSITION_REFUSED',
    })
  })
})

describe('the migration file of a mapping', () => {
  const migrated = async (windowSeconds: number) => {
    const project = await benchProject()
    const text = `migration: orders
format: 1
mapping: order-changed
topics: {bridge: order-changes.v1, native: native.order-changes.v1}
windowSeconds: ${windowSeconds}
native: {transactionalIds: [falsework.native.order-changed.1]}
`
    return { ...project, texts: { ...project.texts, migrations: [{ path: 'migrations/orders.yaml', text }] } }
  }

  it('is registered with it, and again when it has changed, the revision staying as it is', async () => {
    const { kafka, register } = installation()
    await register(await migrated(10))
    expect(await register(await migrated(10))).toMatchObject({ mappings: [{ outcome: 'unchanged' }] })
    expect(await register(await migrated(20))).toMatchObject({ mappings: [{ revision: 1, outcome: 'registered' }] })
    const { migrations } = await readRegistry(kafka.openControlLog)
    expect(migrations.get('order-changed')?.file.text).toContain('windowSeconds: 20')
  })
})
