/** What outlives the history of a source: owners, inputs that wait, and words about dead letters. */
import { describe, expect, it } from 'vitest'
import { readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import { contractsById, readableEvent } from '../../../src/app/observe/decode-event.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { latestCheckpoint } from '../../../src/app/observe/source-status.ts'
import { decideLetters } from '../../../src/app/operate/decide-letters.ts'
import { beginIncarnation } from '../../../src/app/operate/resume-source.ts'
import type { Checkpoint } from '../../../src/core/delivery/checkpoint.ts'
import {
  benchProject,
  fillRawLog,
  installation,
  type Installation,
  names,
  rawLog,
  operatorOf,
} from '../bench-project.ts'
import { halted, reached, type RunningDaemon, start, translated } from './running-daemon.ts'
import { fillFence, recordsIn, say, scoped } from './said-stages.ts'

/** Of the raw log: ten rows between BEGIN and END, and one row where a fence is moved. */
const transactionRecords = 12
const fenceRecords = 3

const begin = async (bench: Installation, from: number, behind: number | null = from): Promise<unknown> =>
  await beginIncarnation({ source: 'bench', reason: 'the slot was dropped', from, behind }, operatorOf(bench))

function lose({ kafka }: Installation, topic: string): void {
  kafka.cluster.deleteTopic(topic)
  kafka.cluster.createTopic(topic, 1)
}

const checkpointOf = async ({ kafka }: Installation): Promise<Checkpoint | null> =>
  await latestCheckpoint(kafka.topicReader, names.checkpoint('bench'))

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** It has begun: what comes now is of no other. */
const begun = async (bench: Installation): Promise<void> => {
  await until(async () => (await checkpointOf(bench))?.incarnation === 2)
}

/** The new incarnation, up to that raw offset, with nothing left that waits. */
const through = async (bench: Installation, next: number): Promise<void> => {
  await until(async () => {
    const checkpoint = await checkpointOf(bench)
    return checkpoint?.incarnation === 2 && checkpoint.next === next && (checkpoint.held?.inputs ?? 0) === 0
  })
}

const letters = async ({ kafka }: Installation): Promise<number> =>
  (await readDeadLetters(kafka.topicReader, names.deadLetters)).letters.length

describe('who owns a scope', () => {
  const legacy = { owner: 'legacy', epoch: 1 } as const
  const fenced = 5 * transactionRecords + fenceRecords

  /** Five source transactions are published, then the new service owns everything. */
  async function handedOver(): Promise<RunningDaemon & { bench: Installation }> {
    const bench = installation()
    await fillRawLog(bench, 0, 5)
    await bench.register(await benchProject(scoped))
    const running = start(bench)
    await reached(running.daemon, translated(50))
    await say(bench, { to: 'parity', epoch: 1, seen: legacy })
    await say(bench, { to: 'native', epoch: 2, seen: legacy })
    fillFence(bench, 5, { scope: null, owner: 'native', epoch: 2 })
    await until(async () => (await checkpointOf(bench))?.next === fenced)
    return { bench, ...running }
  }

  const expectSilent = async (bench: Installation): Promise<void> => {
    await begun(bench)
    await fillRawLog(bench, 6, 7)
    await through(bench, fenced + transactionRecords)
    expect(await recordsIn(bench, 'order-changes.v1')).toHaveLength(50)
    expect(await letters(bench)).toBe(10)
    expect(await checkpointOf(bench)).toMatchObject({ format: 3, owners: [{ owner: 'native', epoch: 2 }] })
  }

  it('outlives a history that begins anew: nothing is published beside the new service', async () => {
    const { bench } = await handedOver()
    await begin(bench, fenced)
    await expectSilent(bench)
  })

  it('is read from the ownership topic where the checkpoint was lost', async () => {
    const { bench, stop } = await handedOver()
    await stop()
    lose(bench, names.checkpoint('bench'))
    await begin(bench, fenced, null)
    start(bench)
    await expectSilent(bench)
  })

  it('halts the source where nothing tells it, and a scope was to be handed over', async () => {
    const { bench, stop } = await handedOver()
    await stop()
    lose(bench, names.checkpoint('bench'))
    lose(bench, names.ownership)
    await begin(bench, fenced, null)
    const { state } = await reached(start(bench).daemon, halted)
    expect(state).toMatchObject({ code: 'OWNERSHIP_LOST' })
    expect(await recordsIn(bench, 'order-changes.v1')).toHaveLength(50)
  })
})

describe('what waits', () => {
  const byRow = (text: string): string => text.replace('string(row.id)', 'string(row.qty)')
  const failing = (text: string): string =>
    `${byRow(text).replace('P: PAID, ', '')}onError: {unknownCode: holdMapping}\n`
  const held = 2 * transactionRecords

  /** Twenty rows, the first of which fails, so that all of them wait. */
  async function waiting(): Promise<RunningDaemon & { bench: Installation }> {
    const bench = installation()
    await fillRawLog(bench, 0, 2)
    await bench.register(await benchProject(failing))
    const running = start(bench)
    await reached(running.daemon, ({ next }) => next === held)
    return { bench, ...running }
  }

  const ordersIn = async (bench: Installation): Promise<number[]> => {
    const contracts = contractsById(await readRegistry(bench.kafka.openControlLog))
    const records = await recordsIn(bench, 'order-changes.v1')
    return records.map((one) => Number(readableEvent(one, contracts).fields?.['orderId'])).toSorted((a, b) => a - b)
  }

  /** Each row of the benchmark is another order, and they are numbered from 1. */
  const orders = (first: number, last: number): number[] =>
    Array.from({ length: last - first + 1 }, (_, row) => first + row)

  it('outlives a history that begins anew, and is released by a corrected revision', async () => {
    const { bench } = await waiting()
    await begin(bench, held)
    await begun(bench)
    await fillRawLog(bench, 2, 4)
    await until(async () => (await checkpointOf(bench))?.next === 2 * held)
    await bench.register(await benchProject(byRow))
    await through(bench, 2 * held)
    expect(await ordersIn(bench)).toEqual(orders(1, 40))
  })

  it('is told from what had waited before the checkpoint was lost', async () => {
    const { bench, stop } = await waiting()
    await stop()
    lose(bench, names.checkpoint('bench'))
    await begin(bench, held, null)
    await fillRawLog(bench, 2, 4)
    start(bench)
    await until(async () => (await checkpointOf(bench))?.next === 2 * held)
    await bench.register(await benchProject(byRow))
    await through(bench, 2 * held)
    expect(await ordersIn(bench)).toEqual(orders(21, 40))
  })
})

describe('a raw log that was made anew', () => {
  it('is where a new incarnation begins, rows included, whatever stands at offsets that were read before', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 2)
    await bench.register(await benchProject())
    const { daemon, stop } = start(bench)
    await reached(daemon, translated(20))
    await stop()
    lose(bench, rawLog)
    await fillRawLog(bench, 10, 14)
    await begin(bench, 0, 2 * transactionRecords)
    await reached(start(bench).daemon, translated(40))
    expect(await recordsIn(bench, 'order-changes.v1')).toHaveLength(60)
  })
})

describe('a word about dead letters', () => {
  it('is carried out although the history begins anew before it was', async () => {
    const bench = installation()
    const failing = (text: string): string => `${text.replace('P: PAID, ', '')}onError: {unknownCode: deadLetter}\n`
    await fillRawLog(bench, 0, 2)
    await bench.register(await benchProject(failing))
    const { daemon, stop } = start(bench)
    await reached(daemon, ({ next }) => next === 2 * transactionRecords)
    await stop()
    expect(await letters(bench)).toBeGreaterThan(0)
    const parts = { ...operatorOf(bench), topicReader: bench.kafka.topicReader, names }
    const wanted = { ids: [], mapping: 'order-changed' }
    await decideLetters({ action: 'discard', reason: 'agreed', wanted, run: 'say' }, parts)
    await begin(bench, 2 * transactionRecords)
    start(bench)
    await until(async () => (await letters(bench)) === 0)
    expect(await checkpointOf(bench)).toMatchObject({ incarnation: 2 })
  })
})
