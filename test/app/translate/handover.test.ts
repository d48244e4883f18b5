import { describe, expect, it } from 'vitest'
import { readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { resumeSource } from '../../../src/app/operate/resume-source.ts'
import type { FenceMove } from '../../../src/core/capture/own-tables.ts'
import type { DaemonParts } from '../../../src/app/translate/daemon.ts'
import type { Log } from '../../../src/ports/clock-log-metrics.ts'
import type { ControlLog } from '../../../src/ports/kafka/control-log.ts'
import { benchProject, fillRawLog, installation, type Installation, names } from '../bench-project.ts'
import { dying } from './dying-publisher.ts'
import { halted, reached, type RunningDaemon, silent, start, translated } from './running-daemon.ts'
import { fillFence, fillSynced, ownershipIn, recordsIn, say, scoped, storesIn } from './said-stages.ts'

const topic = 'order-changes.v1'
const legacy = { owner: 'legacy', epoch: 1 } as const

interface InParity extends RunningDaemon {
  readonly bench: Installation
}

/** Fifty events are published by falsework, and the new service is to take over. */
async function inParity(other: Partial<DaemonParts> = {}): Promise<InParity> {
  const bench = installation()
  await fillRawLog(bench, 0, 5)
  await bench.register(await benchProject(scoped))
  const running = start(bench, other)
  await reached(running.daemon, translated(50))
  await say(bench, { to: 'parity', epoch: 1, seen: legacy })
  return { bench, ...running }
}

/** Of seven source transactions of ten rows, and of one that moves a fence. */
const end = 7 * 12 + 3

const toNative = { to: 'native', epoch: 2, seen: legacy } as const
const cancel = { transition: 'cancel', to: 'parity', epoch: 2, seen: legacy } as const
const fence: Omit<FenceMove, 'mapping'> = { scope: null, owner: 'native', epoch: 2 }

/** Epochs that the events of the topic have, in order, without repeats. */
async function epochsIn(bench: Installation): Promise<string[]> {
  const epochs = (await recordsIn(bench, topic)).map(({ headers }) => headers.get('falsework-epoch')?.toString() ?? '')
  return [...new Set(epochs)]
}

const violationsIn = async ({ kafka }: Installation): Promise<number> => {
  const { letters } = await readDeadLetters(kafka.topicReader, names.deadLetters)
  return letters.filter((letter) => letter.class === 'violation').length
}

const eventsAndLetters =
  (count: number) =>
  ({ counts }: { readonly counts: { readonly events: number; readonly deadLetters: number } }): boolean =>
    counts.events + counts.deadLetters >= count

describe('a handover', () => {
  it('publishes what stands before the fence, hands over there, and sets aside what stands behind it', async () => {
    const { bench, daemon, stop } = await inParity()
    await say(bench, toNative)
    await fillRawLog(bench, 5, 6)
    fillFence(bench, 6, fence)
    await fillRawLog(bench, 7, 8)
    await reached(daemon, eventsAndLetters(70))
    await stop()
    expect((await recordsIn(bench, topic)).length).toBe(60)
    expect(await violationsIn(bench)).toBe(10)
    const [owned] = await ownershipIn(bench)
    expect(owned).toMatchObject({ mapping: 'order-changed', scope: null, owner: 'native', epoch: 2 })
    expect(owned?.position).not.toBeNull()
  })

  it('sets aside as one behind the fence what also fails its rule: no policy of the mapping holds or halts for it', async () => {
    const { bench, daemon, stop } = await inParity()
    await say(bench, toNative)
    fillFence(bench, 5, fence)
    await fillRawLog(bench, 6, 7, (text) => text.replaceAll(/"order_dt":\d+/g, '"order_dt":20261399'))
    await reached(daemon, eventsAndLetters(60))
    await stop()
    expect(await violationsIn(bench)).toBe(10)
  })

  it('is decided by words that were said before the fence was moved, however late the daemon reads them', async () => {
    const { bench, daemon, stop } = await inParity()
    await stop()
    await say(bench, toNative)
    fillFence(bench, 5, fence)
    const again = start(bench)
    await fillRawLog(bench, 6, 7)
    await reached(again.daemon, eventsAndLetters(10))
    await again.stop()
    expect((await ownershipIn(bench)).map(({ owner }) => owner)).toEqual(['native'])
    expect(daemon.reports()).toHaveLength(1)
  })

  it('is decided by the registry log as it is at the fence, and not as it was read before', async () => {
    const { bench, stop } = await inParity()
    await stop()
    const openControlLog = async (): Promise<ControlLog> => {
      const log = await bench.kafka.openControlLog()
      const more: ControlLog['more'] = async (_, { maxWaitMs, ended }) => {
        await systemClock.sleep(maxWaitMs, ended)
        return 'nothing'
      }
      return { ...log, more }
    }
    const again = start(bench, { openControlLog })
    await reached(again.daemon, ({ state }) => state.phase === 'running')
    await say(bench, toNative)
    fillFence(bench, 5, fence)
    await fillRawLog(bench, 6, 7)
    await reached(again.daemon, eventsAndLetters(10))
    await again.stop()
    expect((await ownershipIn(bench)).map(({ owner }) => owner)).toEqual(['native'])
  })

  it('that was cancelled before the fence is read leaves the scope with falsework, in a later epoch', async () => {
    const { bench, daemon, stop } = await inParity()
    await say(bench, toNative)
    await say(bench, cancel)
    fillFence(bench, 5, fence)
    await fillRawLog(bench, 6, 7)
    await reached(daemon, translated(60))
    await stop()
    expect(await ownershipIn(bench)).toMatchObject([{ owner: 'legacy', epoch: 3 }])
    expect(await epochsIn(bench)).toEqual(['1', '3'])
  })

  it('that nobody has asked for is none: a fence that was moved by hand takes nothing away', async () => {
    const { bench, daemon, stop } = await inParity()
    fillFence(bench, 5, fence)
    await fillRawLog(bench, 6, 7)
    await reached(daemon, translated(60))
    await stop()
    expect(await ownershipIn(bench)).toMatchObject([{ owner: 'legacy', epoch: 3 }])
  })

  it('takes one scope, and the others go on; what is published in part of its source transaction is told', async () => {
    const lines: string[] = []
    const log: Log = { ...silent, error: (message) => void lines.push(message) }
    const { bench, daemon, stop } = await inParity({ log })
    const [store = ''] = await storesIn(bench, topic)
    await say(bench, { ...toNative, scope: store })
    fillFence(bench, 5, { ...fence, scope: store })
    const before = (await recordsIn(bench, topic)).length
    await fillRawLog(bench, 6, 26)
    await reached(daemon, eventsAndLetters(250))
    await stop()
    expect((await recordsIn(bench, topic)).length - before).toBe(200 - (await violationsIn(bench)))
    expect(await violationsIn(bench)).toBeGreaterThan(0)
    expect(lines).toContain('source transactions are published in part: the rest of each lies behind the fence')
    expect(await ownershipIn(bench)).toMatchObject([{ scope: store, owner: 'native', epoch: 2 }])
  })

  it('of all leaves a scope that has a stage of its own with falsework, and says so', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 5)
    await bench.register(await benchProject(scoped))
    const { daemon, stop } = start(bench)
    await reached(daemon, translated(50))
    const stores = await storesIn(bench, topic)
    const [store = ''] = stores
    await say(bench, { to: 'parity', epoch: 1, seen: legacy, scope: store })
    await say(bench, { to: 'parity', epoch: 1, seen: legacy })
    await say(bench, toNative)
    fillFence(bench, 5, fence)
    await fillRawLog(bench, 6, 26)
    await reached(daemon, eventsAndLetters(250))
    await stop()
    const behind = await storesIn(bench, topic)
    const others = (all: readonly string[]): number => all.filter((one) => one !== store).length
    expect(others(behind)).toBe(others(stores))
    expect(behind.length).toBeGreaterThan(stores.length)
    expect((await ownershipIn(bench)).map(({ scope, owner, epoch }) => `${scope ?? 'all'} ${owner} ${epoch}`)).toEqual([
      `${store} legacy 1`,
      'all native 2',
    ])
    expect(await epochsIn(bench)).toEqual(['1'])
  })

  it.each([1, 2, 3, 4].flatMap((commit) => [`before commit ${commit}`, `behind commit ${commit}`]))(
    'comes to the same end when nobody knows what has become of a transaction: %s',
    async (moment) => {
      const { bench, stop } = await inParity()
      await stop()
      await say(bench, toNative)
      await fillRawLog(bench, 5, 6)
      fillFence(bench, 6, fence)
      await fillRawLog(bench, 7, 8)
      const again = start(bench, { openPublisher: dying(bench.kafka.openPublisher, { made: 0 }, moment) })
      await reached(again.daemon, ({ next }) => next === end)
      await again.stop()
      expect((await recordsIn(bench, topic)).length).toBe(60)
      expect((await ownershipIn(bench)).map(({ owner, epoch }) => `${owner} ${epoch}`)).toEqual(['native 2'])
      expect(await violationsIn(bench)).toBe(10)
    },
  )
})

describe('a rollback', () => {
  it('leaves the scope to nobody until the fence is lifted, and falsework goes on behind that', async () => {
    const { bench, daemon, stop } = await inParity()
    await say(bench, toNative)
    fillFence(bench, 5, fence)
    await fillRawLog(bench, 6, 7)
    await reached(daemon, eventsAndLetters(60))
    const end = await say(bench, { transition: 'rollback', to: 'live', epoch: 3, seen: { owner: 'native', epoch: 2 } })
    await reached(daemon, ({ registryOffset }) => registryOffset >= end)
    fillFence(bench, 7, { scope: null, owner: 'legacy', epoch: 4 })
    await fillRawLog(bench, 8, 9)
    await reached(daemon, translated(60))
    await stop()
    expect((await ownershipIn(bench)).map(({ owner, epoch }) => `${owner} ${epoch}`)).toEqual([
      'native 2',
      'none 3',
      'legacy 4',
    ])
    expect(await epochsIn(bench)).toEqual(['1', '4'])
    expect(await violationsIn(bench)).toBe(10)
  })
})

describe('a transaction that brings back what the new service has written', () => {
  /** Taken back in epoch 3, and not yet the legacy system's again. */
  async function takenBack(): Promise<InParity> {
    const shop = await inParity()
    await say(shop.bench, toNative)
    fillFence(shop.bench, 5, fence)
    await reached(shop.daemon, ({ next }) => next === 5 * 12 + 3)
    const rollback = { transition: 'rollback', to: 'live', epoch: 3, seen: { owner: 'native', epoch: 2 } } as const
    const end = await say(shop.bench, rollback)
    await reached(shop.daemon, ({ registryOffset }) => registryOffset >= end)
    return shop
  }
  const back = { scope: null, owner: 'legacy', epoch: 4 } as const

  it('is state only, before and behind the fence that goes back; what is written behind it is published', async () => {
    const { bench, daemon, stop } = await takenBack()
    fillSynced(bench, 6, 3)
    fillFence(bench, 7, back)
    fillSynced(bench, 8, 3)
    await fillRawLog(bench, 9, 10)
    await reached(daemon, translated(60))
    await stop()
    expect((await recordsIn(bench, topic)).length).toBe(60)
    expect(await violationsIn(bench)).toBe(0)
  })

  it('may name the epochs of several that were taken back together', async () => {
    const { bench, daemon, stop } = await takenBack()
    fillSynced(bench, 6, 3, 5)
    fillFence(bench, 7, back)
    await fillRawLog(bench, 8, 9)
    await reached(daemon, translated(60))
    await stop()
    expect(await violationsIn(bench)).toBe(0)
  })

  it('is one only under the epoch in which the scope was taken back', async () => {
    const { bench, daemon, stop } = await takenBack()
    fillSynced(bench, 6, 2)
    await reached(daemon, eventsAndLetters(59))
    await stop()
    expect(await violationsIn(bench)).toBe(9)
  })

  it('says nothing of scopes that were never taken back: their events are published', async () => {
    const { bench, daemon, stop } = await inParity()
    fillSynced(bench, 5, 3)
    await reached(daemon, translated(59))
    await stop()
    expect(await epochsIn(bench)).toEqual(['1'])
  })
})

describe('a row that moves', () => {
  it('from a scope that is falsework’s to one that is not halts its source: nobody could tell whose it is', async () => {
    const { bench, daemon, stop } = await inParity()
    await say(bench, { ...toNative, scope: '22' })
    fillFence(bench, 5, { ...fence, scope: '22' })
    // One of the rows was of store 22, and all are of store 9 now.
    await fillRawLog(bench, 6, 7, (text) => text.replace(/("after":\{[^}]*"store_no":)\d+/, '$19'))
    const { state } = await reached(daemon, halted)
    expect(state.code).toBe('SCOPES_TORN')
    await stop()
  })

  it('so is set aside once an operator has looked at it, and the next one halts again', async () => {
    const { bench, daemon, stop } = await inParity()
    await say(bench, { ...toNative, scope: '22' })
    fillFence(bench, 5, { ...fence, scope: '22' })
    // All rows were of store 22, and are of store 9 now.
    const moving = async (number: number): Promise<void> => {
      const moved = (text: string): string =>
        text.replace(/("before":\{[^}]*"store_no":)\d+/, '$122').replace(/("after":\{[^}]*"store_no":)\d+/, '$19')
      await fillRawLog(bench, number, number + 1, moved)
    }
    await moving(6)
    await reached(daemon, halted)
    const { openControlLog } = bench.kafka
    const said = { openControlLog, actor: 'ana', wallMs: () => 0, uuid: () => 'it was looked at' }
    await resumeSource({ source: 'bench', reason: 'the nightly report' }, said)
    await reached(daemon, eventsAndLetters(60))
    expect(await violationsIn(bench)).toBe(10)
    await moving(7)
    const { state } = await reached(daemon, halted)
    expect(state.code).toBe('SCOPES_TORN')
    await stop()
  })
})
