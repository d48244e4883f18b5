import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import type { DaemonParts } from '../../../src/app/translate/daemon.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { Log, LogFields } from '../../../src/ports/clock-log-metrics.ts'
import { gathering, publish } from '../../contract/kafka-batches.ts'
import { benchProject, events, fillRawLog, installation, type Installation, names } from '../bench-project.ts'
import { halted, reached, silent, start, translated } from './running-daemon.ts'

async function prepared(transactions: number): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, transactions)
  await bench.register(await benchProject())
  return bench
}

/** What was logged, warnings and errors alike. */
function logging(): { readonly log: Log; readonly lines: LogFields[] } {
  const lines: LogFields[] = []
  const note = (_: string, fields: LogFields = {}): void => void lines.push(fields)
  return { log: { ...silent, warn: note, error: note }, lines }
}

const denied = (): never => {
  throw new FalseworkError('NOT_AUTHORISED', 'no right on the group')
}

/** Waits are over at once, so that a test need not wait for the growing intervals. */
const impatient: DaemonParts['clock'] = {
  ...systemClock,
  sleep: async (ms, signal) => await systemClock.sleep(Math.min(ms, 5), signal),
}

describe('a lease that cannot be had', () => {
  it('is a state with its reason and one line in the log, however often it is asked for, and passes', async () => {
    const bench = await prepared(1)
    const { log, lines } = logging()
    let asked = 0
    const { daemon } = start(bench, {
      log,
      clock: impatient,
      openLease: (source) => {
        const lease = bench.kafka.openLease(source)
        return {
          acquire: async () => ((asked += 1) < 8 ? denied() : await lease.acquire()),
          close: async () => await lease.close(),
        }
      },
    })
    const { state } = await reached(daemon, (report) => report.state.code === 'NOT_AUTHORISED')
    expect(state).toMatchObject({ phase: 'waiting', for: 'lease', sound: false, message: 'no right on the group' })
    await reached(daemon, ({ state: { sound } }) => sound)
    expect(lines.filter(({ code }) => code === 'NOT_AUTHORISED')).toHaveLength(1)
  })

  it('is over for an instance that waits beside the one that has the source', async () => {
    const bench = await prepared(1)
    const holder = start(bench)
    await reached(holder.daemon, translated(10))
    let asked = 0
    const { daemon } = start(bench, {
      clock: impatient,
      openLease: (source) => {
        const lease = bench.kafka.openLease(source)
        return {
          acquire: async (onWaiting) => ((asked += 1) < 3 ? denied() : await lease.acquire(onWaiting)),
          close: async () => await lease.close(),
        }
      },
    })
    await reached(daemon, ({ state }) => state.code === 'NOT_AUTHORISED')
    const { state } = await reached(daemon, ({ state: { sound } }) => sound)
    expect(state).toMatchObject({ phase: 'waiting', for: 'lease', code: null })
  })

  it('is told apart from topics that cannot be made', async () => {
    const bench = await prepared(1)
    const { topicAdmin } = bench.kafka
    const { daemon } = start(bench, {
      topicAdmin: {
        describe: async (topics) => await topicAdmin.describe(topics),
        batchBytesMax: async (topics) => await topicAdmin.batchBytesMax(topics),
        close: async () => await topicAdmin.close(),
        ensure: async (topics) =>
          topics.some(({ topic }) => topic === names.checkpoint('bench')) ? denied() : await topicAdmin.ensure(topics),
      },
    })
    const { state } = await reached(daemon, (report) => report.state.code !== null)
    expect(state).toMatchObject({ phase: 'waiting', for: 'topics', code: 'NOT_AUTHORISED', sound: false })
  })
})

describe('a daemon that has not reached Kafka', () => {
  it('says so, and is following when it has', async () => {
    const bench = await prepared(1)
    bench.kafka.cluster.setReachable('no')
    const { daemon } = start(bench)
    expect(daemon.state).toMatchObject({ phase: 'starting', trouble: { code: 'KAFKA_UNREACHABLE' } })
    bench.kafka.cluster.setReachable('yes')
    await reached(daemon, translated(10))
    expect(daemon.state).toEqual({ phase: 'following', trouble: null, unread: null })
  })
})

describe('a halt', () => {
  it('of one instance lets a sound one work, and is told by the one that it is of', async () => {
    const bench = await prepared(2)
    const wrongKey = start(bench, {
      openPublisher: async () => await Promise.reject(new FalseworkError('PSEUDONYM_KEY_MISMATCH', 'another key')),
    })
    expect((await reached(wrongKey.daemon, halted)).state).toMatchObject({ scope: 'instance', sound: false })
    const sound = start(bench)
    await reached(sound.daemon, translated(20))
    expect(await events(bench)).toHaveLength(20)
    expect(wrongKey.daemon.reports()[0]?.state).toMatchObject({ phase: 'halted', code: 'PSEUDONYM_KEY_MISMATCH' })
  })

  it('whose remedy is done in Kafka is left without a restart', async () => {
    const bench = await prepared(1)
    const { log, lines } = logging()
    let failing = 6
    const { daemon } = start(bench, {
      log,
      clock: impatient,
      openRawLog: async (topic) => {
        if ((failing -= 1) > 0) throw new FalseworkError('UNSUPPORTED_CODEC', 'lz4')
        return await bench.kafka.openRawLog(topic)
      },
    })
    await reached(daemon, halted)
    await reached(daemon, translated(10))
    expect(daemon.reports()[0]?.state).toMatchObject({ phase: 'running', sound: true, code: null })
    expect(lines.filter(({ code }) => code === 'UNSUPPORTED_CODEC')).toHaveLength(1)
  })

  it('comes where a transaction is fenced again and again and nobody else is there', async () => {
    const bench = await prepared(1)
    const { daemon } = start(bench, {
      clock: impatient,
      openPublisher: async (options) => {
        const publisher = await bench.kafka.openPublisher(options)
        return gathering(publisher, async (batch) => {
          if (batch.records.length > 0) throw new FalseworkError('FENCED', 'invalid producer epoch')
          await publish(publisher, batch)
        })
      },
    })
    expect((await reached(daemon, halted)).state).toMatchObject({ code: 'TRANSACTION_TIMED_OUT', position: 0 })
    expect(await events(bench).catch(() => [])).toEqual([])
  })
})

describe('a stop', () => {
  it('does not wait for a source that is being opened', async () => {
    const bench = await prepared(1)
    const { daemon, stop } = start(bench, { openRawLog: async () => await new Promise(() => undefined) })
    await reached(daemon, ({ state }) => state.phase === 'opening')
    await stop()
    expect(daemon.reports()[0]?.state.phase).toBe('stopped')
  })
})
