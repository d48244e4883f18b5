import { describe, expect, it } from 'vitest'
import { plainJson } from '../../../bench/debezium/record-form.ts'
import { placeOf, sourceTransaction } from '../../../bench/debezium/source-transaction.ts'
import { everyUpdate, updateRow } from '../../../bench/workload.ts'
import type { DaemonParts } from '../../../src/app/translate/daemon.ts'
import { publishSteps } from '../../../src/app/translate/output/large-transaction.ts'
import type { OutputRecord } from '../../../src/core/event/event-record.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { latestCheckpoint } from '../../../src/app/observe/source-status.ts'
import type { OpenPublisher, Publisher } from '../../../src/ports/kafka/publisher.ts'
import { benchProject, events, fillRawLog, type Installation, installation, names, rawLog } from '../bench-project.ts'
import { halted, reached, start, translated, transactionTimeoutMs } from './running-daemon.ts'

/** Three thousand take more than one turn, and are held. */
const longRows = 3_000

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
    expect(await stoppedAt(14, bench, { budget })).toHaveLength(10)
    const { daemon } = start(bench)
    await reached(daemon, translated(20))
    expect(await events(bench)).toEqual(await published({}))
  })

  it('is left behind without a trace where inputs of it wait already', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 3)
    await bench.register(await benchProject(someWait))
    expect(await stoppedAt(8, bench, { budget })).toEqual([])
    const all = await released(bench)
    expect([all.length, new Set(all).size]).toEqual([30, 30])
  })
})

/** The events that are there when the daemon has ended, which is told to stop when a record of this number is sent. */
async function stoppedAt(number: number, bench: Installation, parts: Partial<DaemonParts>): Promise<string[]> {
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
        if (sent === number) void stop()
        return publisher.append(record)
      },
    }
  }
  const running = start(bench, { ...parts, openPublisher })
  stop = running.stop
  await running.stopped
  expect(sent).toBeGreaterThanOrEqual(number)
  return await events(bench)
}

/** Inputs of stores fail, and others of these stores wait behind them. */
const someWait = (text: string): string =>
  `${text.replace('P: PAID, ', '').replace('string(row.id)', 'string(row.store_no)')}onError: {unknownCode: holdKey}\n`

/** All events, when a corrected mapping has let go what waits. */
async function released(bench: Installation): Promise<string[]> {
  const { daemon } = start(bench)
  const waiting = async (): Promise<number | undefined> =>
    (await latestCheckpoint(bench.kafka.topicReader, names.checkpoint('bench')))?.held?.inputs
  await reached(daemon, ({ next }) => next === 36)
  expect(await waiting()).toBeGreaterThan(0)
  await bench.register(await benchProject((text) => text.replace('string(row.id)', 'string(row.store_no)')))
  while ((await waiting()) !== 0) await systemClock.sleep(20)
  return await events(bench)
}

describe('a source transaction that is held and takes more than a turn', () => {
  /** Behind a transaction of ten rows. */
  async function longOne(edit?: (text: string) => string): Promise<Installation> {
    const bench = installation()
    await fillRawLog(bench, 0, 1)
    const place = placeOf(5, { topic: rawLog, form: plainJson, rowsMax: longRows })
    const rows = Array.from({ length: longRows }, (_, row) =>
      updateRow({ update: 10 + row, commitUs: place.commitUs }, everyUpdate),
    )
    for (const { record } of sourceTransaction(place, rows)) {
      bench.kafka.cluster.append(rawLog, { key: record.key, value: record.value })
    }
    await bench.register(await benchProject(edit))
    return bench
  }

  it('is left behind without a trace when the daemon is told to stop in the middle of it', async () => {
    const bench = await longOne()
    expect(await stoppedAt(500, bench, {})).toHaveLength(10)
    const { daemon } = start(bench)
    await reached(daemon, translated(longRows))
    const all = await events(bench)
    expect([all.length, new Set(all).size]).toEqual([10 + longRows, 10 + longRows])
  })

  it('is left behind without a trace at each look at it, when a rule halts its source in the middle of it', async () => {
    const halting = (text: string): string =>
      `${text.replace('ymd(after.order_dt)', 'ymd(after.id == 1500 ? 20260230 : after.order_dt)')}onError: {default: haltSource}\n`
    const bench = await longOne(halting)
    for (const look of [1, 2]) {
      const { daemon, stop } = start(bench)
      const { state } = await reached(daemon, halted)
      await stop()
      expect([look, state.code, (await events(bench)).length]).toEqual([look, 'RULE_FAILED', 10])
    }
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
