import { describe, expect, it } from 'vitest'
import { latestCheckpoint } from '../../../src/app/observe/source-status.ts'
import type { RegisteredStage } from '../../../src/core/registry/control-record.ts'
import { benchProject, fillRawLog, installation, type Installation, names } from '../bench-project.ts'
import { reached, start, translated } from './running-daemon.ts'
import { ownershipIn, recordsIn, say, scoped, storesIn } from './said-stages.ts'

async function registered(stage: RegisteredStage): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 5)
  await bench.register(await benchProject(scoped), { stage })
  return bench
}

const idsIn = async (bench: Installation, topic: string): Promise<string[]> =>
  (await recordsIn(bench, topic)).map(({ headers }) => headers.get('ce_id')?.toString() ?? '')

const toLive = { to: 'live', epoch: 1, seen: { owner: 'none', epoch: 0 } } as const

describe.each(['shadow', 'live'] as const)('the events of a mapping in %s', (stage) => {
  const topic = stage === 'shadow' ? names.shadow('order-changes.v1') : 'order-changes.v1'
  const scopesIn = async (bench: Installation): Promise<(string | undefined)[]> => {
    const { daemon, stop } = start(bench)
    await reached(daemon, translated(50))
    await stop()
    return (await recordsIn(bench, topic)).map(({ headers }) => headers.get('falsework-scope')?.toString())
  }

  it('say their scope, also where all of it is in one stage', async () => {
    const bench = await registered(stage)
    const scopes = await scopesIn(bench)
    expect(scopes).toEqual(await storesIn(bench, topic))
    expect(new Set(scopes).size).toBeGreaterThan(1)
  })

  it('say none where it declares none', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 5)
    await bench.register(await benchProject(), { stage })
    expect(new Set(await scopesIn(bench))).toEqual(new Set([undefined]))
  })
})

describe('a mapping in shadow', () => {
  it('publishes to shadow topics what it would publish live, under the same ids', async () => {
    const bench = await registered('shadow')
    const { daemon, stop } = start(bench)
    await reached(daemon, translated(50))
    await stop()
    const live = await registered('live')
    const running = start(live)
    await reached(running.daemon, translated(50))
    await running.stop()
    expect(await idsIn(bench, names.shadow('order-changes.v1'))).toEqual(await idsIn(live, 'order-changes.v1'))
    expect(await idsIn(bench, 'order-changes.v1')).toEqual([])
  })

  it('goes on in its public topic where it is promoted, owned by falsework from there on', async () => {
    const bench = await registered('shadow')
    const { daemon, stop } = start(bench)
    await reached(daemon, translated(50))
    const end = await say(bench, toLive)
    await reached(daemon, ({ registryOffset }) => registryOffset >= end)
    await fillRawLog(bench, 5, 8)
    await reached(daemon, translated(80))
    await stop()
    const checkpoint = await latestCheckpoint(bench.kafka.topicReader, names.checkpoint('bench'))
    const owned = { mapping: 'order-changed', scope: null, owner: 'legacy', epoch: 1 }
    expect(checkpoint?.owners).toMatchObject([owned])
    expect(checkpoint?.format).toBe(3)
    expect(await ownershipIn(bench)).toMatchObject([owned])
    expect((await idsIn(bench, names.shadow('order-changes.v1'))).length).toBe(50)
    expect((await idsIn(bench, 'order-changes.v1')).length).toBe(30)
  })

  it('goes on where its stage was when the daemon starts again', async () => {
    const bench = await registered('shadow')
    const first = start(bench)
    await reached(first.daemon, translated(50))
    const end = await say(bench, toLive)
    await reached(first.daemon, ({ registryOffset }) => registryOffset >= end)
    await first.stop()
    await fillRawLog(bench, 5, 6)
    const second = start(bench)
    await reached(second.daemon, translated(10))
    await second.stop()
    expect((await idsIn(bench, 'order-changes.v1')).length).toBe(10)
    expect((await recordsIn(bench, names.ownership)).length).toBe(1)
  })

  it('is promoted scope by scope: each row goes where its own scope is', async () => {
    const bench = await registered('shadow')
    const { daemon, stop } = start(bench)
    await reached(daemon, translated(50))
    const scopes = new Set(await storesIn(bench, names.shadow('order-changes.v1')))
    const [one = ''] = scopes
    const end = await say(bench, { ...toLive, scope: one })
    await reached(daemon, ({ registryOffset }) => registryOffset >= end)
    await fillRawLog(bench, 5, 15)
    await reached(daemon, translated(150))
    await stop()
    expect(new Set(await storesIn(bench, 'order-changes.v1'))).toEqual(new Set([one]))
    const inShadow = (await storesIn(bench, names.shadow('order-changes.v1'))).slice(50)
    expect(inShadow.length).toBeGreaterThan(0)
    expect(inShadow).not.toContain(one)
    expect(scopes.size).toBeGreaterThan(1)
  })
})

describe('an input that was held in shadow', () => {
  it('goes to its shadow topic where it is released as the mapping is live, and what was read later to the public one', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 2)
    const failing = (text: string) => `${text.replace('P: PAID, ', '')}onError: {unknownCode: holdMapping}\n`
    await bench.register(await benchProject(failing), { stage: 'shadow' })
    const { daemon, stop } = start(bench)
    await reached(daemon, ({ next }) => next === 24)
    const end = await say(bench, toLive)
    await reached(daemon, ({ registryOffset }) => registryOffset >= end)
    await fillRawLog(bench, 2, 3)
    await reached(daemon, ({ next }) => next === 36)
    await bench.register(await benchProject())
    await reached(daemon, translated(30))
    await stop()
    expect((await idsIn(bench, names.shadow('order-changes.v1'))).length).toBe(20)
    expect((await idsIn(bench, 'order-changes.v1')).length).toBe(10)
  })
})
