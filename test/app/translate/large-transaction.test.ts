import { describe, expect, it } from 'vitest'
import type { DaemonParts } from '../../../src/app/translate/daemon.ts'
import { publishSteps } from '../../../src/app/translate/output/large-transaction.ts'
import type { OutputRecord } from '../../../src/core/event/event-record.ts'
import type { OpenPublisher, Publisher } from '../../../src/ports/kafka/publisher.ts'
import { benchProject, events, fillRawLog, type Installation, installation } from '../bench-project.ts'
import { halted, reached, start, translated, transactionTimeoutMs } from './running-daemon.ts'

/** Transactions of ten rows are too large. */
const budget = { rows: 5, bytes: 1_000_000 }

async function filled(): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 3)
  await bench.register(await benchProject())
  return bench
}

async function published(parts: Partial<DaemonParts>): Promise<string[]> {
  const bench = await filled()
  const { daemon, stop } = start(bench, parts)
  await reached(daemon, translated(30))
  await stop()
  return await events(bench)
}

/** Every publisher that is opened, with the time-out that it was opened with. */
function watched({ kafka }: Installation): { readonly timeouts: number[]; readonly openPublisher: OpenPublisher } {
  const timeouts: number[] = []
  return {
    timeouts,
    openPublisher: async (options) => {
      timeouts.push(options.transactionTimeoutMs)
      return await kafka.openPublisher(options)
    },
  }
}

describe('a source transaction that is larger than what is held', () => {
  it('publishes what it publishes when it is held', async () => {
    expect(await published({ budget })).toEqual(await published({}))
  })

  it('has a Kafka transaction whose time-out comes from its size, and the next has the usual one', async () => {
    const bench = await filled()
    const { timeouts, openPublisher } = watched(bench)
    const { daemon } = start(bench, { budget, openPublisher })
    await reached(daemon, translated(30))
    await reached(daemon, () => timeouts.length === 7)
    const larger = timeouts.filter((timeoutMs) => timeoutMs > transactionTimeoutMs)
    expect([larger.length, timeouts.at(-1)]).toEqual([3, transactionTimeoutMs])
  })

  it('halts its source by name where brokers refuse the time that it takes', async () => {
    const bench = await filled()
    const { daemon } = start(bench, { budget, transactionTimeoutMs: 900_000 })
    const { state } = await reached(daemon, halted)
    expect(state).toMatchObject({ code: 'TX_TOO_LARGE', position: 0 })
    expect(state.message).toMatch(/10 rows of \d+ bytes need a Kafka transaction of 9\d{5} ms/)
    expect(await events(bench)).toEqual([])
  })

  it('is left behind without a trace when a rule halts its source in the middle of it', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 3)
    // The seventh row of the third transaction has no such day.
    const halting = (text: string): string =>
      `${text.replace('ymd(after.order_dt)', 'ymd(after.order_dt + 4)')}onError: {default: haltSource}\n`
    await bench.register(await benchProject(halting))
    const { daemon } = start(bench, { budget })
    const { state } = await reached(daemon, halted)
    expect(state).toMatchObject({ code: 'RULE_FAILED', position: 24 })
    expect(await events(bench)).toHaveLength(20)
  })

  it('is left behind without a trace when the daemon is told to stop in the middle of it', async () => {
    const bench = await filled()
    let sent = 0
    let stop = async (): Promise<void> => await Promise.resolve()
    const openPublisher: OpenPublisher = async (options) => {
      const publisher = await bench.kafka.openPublisher(options)
      return {
        checkpoint: publisher.checkpoint,
        commit: async (commit) => await publisher.commit(commit),
        close: async () => await publisher.close(),
        append: (record) => {
          sent += 1
          if (sent === 14) void stop()
          return publisher.append(record)
        },
      }
    }
    const running = start(bench, { budget, openPublisher })
    stop = running.stop
    await running.stopped
    expect([sent, (await events(bench)).length]).toEqual([14, 10])
    const { daemon } = start(bench)
    await reached(daemon, translated(20))
    expect(await events(bench)).toEqual(await published({}))
  })
})

const unused: Publisher = {
  checkpoint: null,
  append: () => expect.unreachable(),
  commit: () => expect.unreachable(),
  close: () => expect.unreachable(),
}

it('gives the event loop back while it is translated, at least every 50 ms', async () => {
  let nowMs = 0
  const turns: number[] = []
  const clock = {
    nowMs: () => nowMs,
    wallMs: () => 0,
    sleep: async () => await Promise.resolve(void turns.push(nowMs)),
  }
  function* steps(): Generator<readonly OutputRecord[]> {
    // Each takes 10 ms.
    for (let step = 0; step < 100; step += 1) {
      nowMs += 10
      yield []
    }
  }
  await publishSteps(steps(), { publisher: unused, clock, ended: new AbortController().signal })
  const waits = turns.map((at, index) => at - (turns[index - 1] ?? 0))
  expect(Math.max(...waits, 1_000 - (turns.at(-1) ?? 0))).toBeLessThanOrEqual(50)
})
