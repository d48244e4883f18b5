/** How the registry log is followed: what it costs, and how soon a change is seen. Time passes only while all wait. */
import { describe, expect, it } from 'vitest'
import { Random } from '../../../demo/old-application/plan/random.ts'
import { RegistryFollower } from '../../../src/app/translate/registry-follower.ts'
import { controlTopics } from '../../../src/core/delivery/own-topics.ts'
import type { Log } from '../../../src/ports/clock-log-metrics.ts'
import { benchProject, installation, names } from '../bench-project.ts'
import { silent, uncounted } from './running-daemon.ts'
import { SimulatedClock } from './simulation/simulated-clock.ts'

const minuteMs = 60_000

/** A follower that runs on an empty registry log, what it has asked of it, and what it has warned of. */
async function following() {
  const clock = new SimulatedClock(new Random(1))
  const bench = installation(names, clock)
  const { kafka } = bench
  await kafka.topicAdmin.ensure(controlTopics(names))
  const asked = { read: 0, more: 0 }
  const warnings: string[] = []
  const log: Log = { ...silent, warn: (message) => void warnings.push(message) }
  const open: typeof kafka.openControlLog = async () => {
    const inner = await kafka.openControlLog()
    return {
      append: async (record) => await inner.append(record),
      close: async () => await inner.close(),
      read: async (from) => {
        asked.read += 1
        return await inner.read(from)
      },
      more: async (from, options) => {
        asked.more += 1
        return await inner.more(from, options)
      },
    }
  }
  const follower = new RegistryFollower({ open, clock, log, metrics: uncounted })
  const stop = new AbortController()
  const running = follower.run(stop.signal)
  const pass = async (ms: number): Promise<void> => {
    await clock.run(() => false, { untilMs: clock.nowMs() + ms, onStep: () => undefined })
  }
  await pass(0)
  return { bench, clock, follower, stop, running, asked, warnings, pass }
}

describe('the registry log', () => {
  it('is asked once in five seconds while nothing happens', async () => {
    const { asked, pass } = await following()
    await pass(minuteMs)
    expect(asked).toEqual({ read: 1, more: 13 })
  })

  it('is seen to move at once', async () => {
    const { bench, clock, follower, stop } = await following()
    const before = clock.nowMs()
    const changed = follower.changed(stop.signal)
    await bench.register(await benchProject())
    await changed
    expect(clock.nowMs()).toBe(before)
    expect([...follower.current.mappings.keys()]).toEqual(['order-changed'])
  })

  it('is asked no more often while it has a record that cannot be read', async () => {
    const { bench, asked, follower, pass } = await following()
    bench.kafka.cluster.append(names.registry, { value: Buffer.from('hello') })
    await pass(minuteMs)
    expect(follower.current.unread).toMatchObject({ offset: 0 })
    expect(asked.read).toBe(2)
    expect(asked.more).toBeLessThan(20)
  })

  it('is looked at again after it could not be reached, which is said once', async () => {
    const { bench, follower, warnings, pass } = await following()
    bench.kafka.cluster.setReachable('no')
    await pass(minuteMs)
    bench.kafka.cluster.setReachable('yes')
    await bench.register(await benchProject())
    await pass(1_000)
    expect(warnings).toEqual(['the registry log cannot be read'])
    expect(follower.current.mappings.size).toBe(1)
  })

  it('is followed on when it was made anew and is shorter', async () => {
    const { bench, follower, pass } = await following()
    await bench.register(await benchProject())
    await pass(0)
    const { end } = follower.current
    bench.kafka.cluster.deleteTopic(names.registry)
    await pass(1_000)
    await bench.kafka.topicAdmin.ensure(controlTopics(names))
    await pass(1_000)
    expect(follower.current.end).toBeLessThan(end)
    bench.kafka.cluster.append(names.registry, { value: Buffer.from('hello') })
    await pass(0)
    expect(follower.current.unread).toMatchObject({ offset: 0 })
  })

  it('is no log to follow when records before its first are gone', async () => {
    const { bench, follower, warnings, pass } = await following()
    for (const word of ['one', 'two']) bench.kafka.cluster.append(names.registry, { value: Buffer.from(word) })
    await pass(0)
    bench.kafka.cluster.topic(names.registry).partitions[0]?.deleteBefore(1)
    bench.kafka.cluster.append(names.registry, { value: Buffer.from('three') })
    await pass(1_000)
    expect(warnings).toEqual(['the registry log cannot be read'])
    await expect(follower.refresh()).rejects.toMatchObject({ code: 'RAW_GAP' })
  })

  it('is left at once when the daemon ends', async () => {
    const { clock, stop, running } = await following()
    const before = clock.nowMs()
    stop.abort()
    await running
    expect(clock.nowMs()).toBe(before)
  })
})
