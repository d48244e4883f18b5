import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { latestCheckpoint, sourceStatus } from '../../../src/app/observe/source-status.ts'
import type { DaemonParts } from '../../../src/app/translate/daemon.ts'
import type { Scope } from '../../../src/core/migration/stage.ts'
import { benchProject, fillRawLog, installation, type Installation, names } from '../bench-project.ts'
import { reached, type RunningDaemon, start, translated } from './running-daemon.ts'
import { fillFences, say, scoped } from './said-stages.ts'

const native = { owner: 'native', epoch: 2 } as const

const legacy = { owner: 'legacy', epoch: 1 } as const

/** All of it is the new service's, since the sixth source transaction. */
async function handedOver(
  other: (kafka: Installation['kafka']) => Partial<DaemonParts> = () => ({}),
): Promise<RunningDaemon & { readonly bench: Installation }> {
  const bench = installation()
  await fillRawLog(bench, 0, 5)
  await bench.register(await benchProject(scoped))
  const running = start(bench, other(bench.kafka))
  await reached(running.daemon, translated(50))
  await handOver(bench, running, { mapping: 'order-changed', at: 5, next: 5 * 12 + 3 })
  return { bench, ...running }
}

/** The source transaction of that number moves the fence; behind it the raw log ends. */
async function handOver(
  bench: Installation,
  { daemon }: RunningDaemon,
  { mapping, at, next: end }: { readonly mapping: string; readonly at: number; readonly next: number },
): Promise<void> {
  await say(bench, { mapping, to: 'parity', epoch: 1, seen: legacy })
  const told = await say(bench, { mapping, to: 'native', epoch: 2, seen: legacy })
  await reached(daemon, ({ registryOffset }) => registryOffset >= told)
  fillFences(bench, at, [{ mapping, scope: null, owner: 'native', epoch: 2 }])
  await reached(daemon, ({ next }) => next === end)
}

const retire = async (bench: Installation, scope: Scope, mapping = 'order-changed'): Promise<number> =>
  await say(bench, { mapping, transition: 'retire', scope, to: 'retired', epoch: 2, seen: native })

/** A second mapping on the same table. */
async function registerAnother(bench: Installation): Promise<void> {
  const project = await benchProject(scoped)
  const [mapping] = project.texts.mappings
  if (mapping === undefined) throw new Error('the project has no mapping')
  const text = mapping.text.replace('mapping: order-changed', 'mapping: order-told')
  const path = mapping.path.replace('order-changed', 'order-told')
  const mappings = [{ path, text }]
  const registered = await bench.register({ ...project, texts: { ...project.texts, mappings } })
  expect(registered.kind).toBe('registered')
}

const lettersIn = async ({ kafka }: Installation): Promise<number> =>
  (await readDeadLetters(kafka.topicReader, names.deadLetters)).letters.length

const ended = async ({ daemon }: RunningDaemon): Promise<void> => {
  while (daemon.reports().length > 0) await systemClock.sleep(5)
}

describe('a scope that is retired', () => {
  it('is passed over: what the legacy system writes to it is no violation any more', async () => {
    const { bench, daemon } = await handedOver()
    const end = await retire(bench, '3')
    await reached(daemon, ({ registryOffset }) => registryOffset >= end)
    await fillRawLog(bench, 6, 12)
    await reached(daemon, ({ next }) => next === 11 * 12 + 3)
    const { letters } = await readDeadLetters(bench.kafka.topicReader, names.deadLetters)
    expect(letters.length).toBeGreaterThan(0)
    expect(letters.length).toBeLessThan(60)
    expect(letters.every((letter) => letter.class === 'violation')).toBe(true)
    expect(JSON.stringify(letters.map(({ content }) => content))).not.toContain('scope 3 ')
  })
})

describe('a source whose mappings are all retired', () => {
  const statusOf = async ({ kafka }: Installation) =>
    await sourceStatus(await readRegistry(kafka.openControlLog), {
      names,
      topicReader: kafka.topicReader,
      reports: [],
      protectionOf: async () => await Promise.resolve({ verdict: 'unknown', why: '' }),
    })

  it('says so in its checkpoint and ends, sound, and no daemon begins it again', async () => {
    const { bench, stop, ...running } = await handedOver()
    const end = await retire(bench, null)
    await ended({ stop, ...running })
    const { kafka } = bench
    expect((await latestCheckpoint(kafka.topicReader, names.checkpoint('bench')))?.registryOffset).toBe(end)
    expect(await statusOf(bench)).toMatchObject([{ state: 'retired', sound: true, code: null }])
    await fillRawLog(bench, 6, 7)
    await stop()
    const again = start(bench)
    await systemClock.sleep(100)
    expect([again.daemon.state.phase, again.daemon.reports()]).toEqual(['following', []])
    expect(await lettersIn(bench)).toBe(0)
  })

  it('is begun once more where no daemon has read yet that it is', async () => {
    const { bench, stop } = await handedOver()
    await stop()
    const end = await retire(bench, null)
    await fillRawLog(bench, 6, 7)
    const again = start(bench)
    const registryOffset = async (): Promise<number> =>
      (await latestCheckpoint(bench.kafka.topicReader, names.checkpoint('bench')))?.registryOffset ?? 0
    while ((await registryOffset()) < end) await systemClock.sleep(5)
    await ended(again)
    expect(await lettersIn(bench)).toBe(0)
  })

  it('goes on with a mapping that is registered later, until that one is retired, too', async () => {
    const { bench, ...running } = await handedOver()
    await retire(bench, null)
    await ended(running)
    await registerAnother(bench)
    const { registryOffset } = await reached(running.daemon, ({ state }) => state.phase === 'running')
    await fillRawLog(bench, 6, 7)
    await reached(running.daemon, translated(10))
    expect(registryOffset).toBeGreaterThan(0)
    await handOver(bench, running, { mapping: 'order-told', at: 7, next: 6 * 12 + 6 })
    await retire(bench, null, 'order-told')
    await ended(running)
  })

  it('goes on with a mapping that is registered while it ends', async () => {
    const closing = Promise.withResolvers<null>()
    const mayClose = Promise.withResolvers<null>()
    const known = { end: 0 }
    const { bench, daemon } = await handedOver((kafka) => ({
      openLease: (source) => {
        const lease = kafka.openLease(source)
        return {
          acquire: async (onWaiting) => await lease.acquire(onWaiting),
          close: async () => {
            closing.resolve(null)
            await mayClose.promise
            await lease.close()
          },
        }
      },
      openControlLog: async () => {
        const log = await kafka.openControlLog()
        return {
          append: async (record) => await log.append(record),
          close: async () => await log.close(),
          more: async (from, options) => await log.more(from, options),
          read: async (from) => {
            const read = await log.read(from)
            known.end = read.end
            return read
          },
        }
      },
    }))
    await retire(bench, null)
    await closing.promise
    await registerAnother(bench)
    const { end } = await readRegistry(bench.kafka.openControlLog)
    while (known.end < end) await systemClock.sleep(5)
    await fillRawLog(bench, 6, 7)
    mayClose.resolve(null)
    await reached(daemon, ({ registryOffset, state }) => registryOffset >= end && state.phase === 'running')
  })
})
