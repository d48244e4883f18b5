import { describe, expect, it } from 'vitest'
import { latestCheckpoint } from '../../../src/app/observe/source-status.ts'
import { readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import type { HeldState } from '../../../src/core/held/held-state.ts'
import { benchProject, events, fillRawLog, installation, type Installation, names } from '../bench-project.ts'
import { gathering, publish } from '../../contract/kafka-batches.ts'
import { dying } from './dying-publisher.ts'
import { halted, reached, type RunningDaemon, start, translated } from './running-daemon.ts'

/** Few keys, so that inputs stand behind others. */
const byStore = (text: string): string => text.replace('string(row.id)', 'string(row.store_no)')
const without = (code: string, policy: string) => (text: string) =>
  `${byStore(text).replace(`${code}, `, '')}onError: {unknownCode: ${policy}}\n`

/** What is published by key, in order. */
async function byKey(bench: Installation): Promise<Record<string, string[]>> {
  const lines = (await events(bench)).map((line) => line.split(' '))
  const keys = Map.groupBy(lines, ([, key = '']) => key)
  return Object.fromEntries([...keys].map(([key, own]) => [key, own.map(([, , id = '']) => id)]))
}

/** So large that few of them fill a slice. */
const large = (text: string): string => text.replaceAll(/"sku":"[^"]*"/g, `"sku":"${'x'.repeat(10_000)}"`)

async function translateOnce(transactions: number, edit = byStore): Promise<Record<string, string[]>> {
  const bench = installation()
  await fillRawLog(bench, 0, transactions)
  await bench.register(await benchProject(edit))
  const { daemon, stop } = start(bench)
  await reached(daemon, translated(transactions * 10))
  await stop()
  return await byKey(bench)
}

const once = new Map<number, Promise<Record<string, string[]>>>()
/** What comes of so many source transactions where nothing fails. */
async function wanted(transactions: number): Promise<Record<string, string[]>> {
  const made = once.get(transactions) ?? translateOnce(transactions)
  once.set(transactions, made)
  return await made
}

const heldOf = async ({ kafka }: Installation): Promise<HeldState | undefined> =>
  (await latestCheckpoint(kafka.topicReader, names.checkpoint('bench')))?.held

/** A daemon that has read this much under a mapping that fails on some of it. */
async function failing(
  transactions: number,
  edit: (text: string) => string,
  rows: (text: string) => string = (text) => text,
): Promise<RunningDaemon & { bench: Installation }> {
  const bench = installation()
  await fillRawLog(bench, 0, transactions, rows)
  await bench.register(await benchProject(edit))
  const running = start(bench)
  await reached(running.daemon, ({ next }) => next !== null && next >= transactions * 12)
  return { bench, ...running }
}

async function corrected(
  { bench, daemon }: { bench: Installation } & Pick<RunningDaemon, 'daemon'>,
  edit = byStore,
): Promise<void> {
  await bench.register(await benchProject(edit))
  const { end } = await readRegistry(bench.kafka.openControlLog)
  await reached(daemon, ({ registryOffset }) => registryOffset >= end)
}

const released = async (bench: Installation): Promise<HeldState> => {
  for (;;) {
    const held = await heldOf(bench)
    if (held !== undefined && held.inputs === 0) return held
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('an input that others wait for', () => {
  it.each(['holdKey', 'holdMapping'])(
    'is released with them, in order, by a corrected revision (%s)',
    async (policy) => {
      const run = await failing(30, without('P: PAID', policy))
      const held = await heldOf(run.bench)
      expect(held?.blockers.length).toBeGreaterThan(0)
      expect(held?.inputs).toBeGreaterThan(held?.blockers.length ?? 0)
      const { letters } = await readDeadLetters(run.bench.kafka.topicReader, names.deadLetters)
      expect(letters.map(({ id }) => id).toSorted()).toEqual(held?.blockers.map(({ letter }) => letter).toSorted())
      await corrected(run)
      await fillRawLog(run.bench, 30, 40)
      await reached(run.daemon, ({ next }) => next !== null && next >= 480)
      expect(await released(run.bench)).toMatchObject({ bytes: 0, holds: [], blockers: [] })
      expect(await byKey(run.bench)).toEqual(await wanted(40))
      expect(await readDeadLetters(run.bench.kafka.topicReader, names.deadLetters)).toMatchObject({ letters: [] })
    },
  )

  it('stays where the next revision fails on it as well', async () => {
    const run = await failing(5, without('P: PAID', 'holdKey'))
    const before = await heldOf(run.bench)
    await run.bench.register(await benchProject((text) => `# again\n${without('P: PAID', 'holdKey')(text)}`))
    const { end } = await readRegistry(run.bench.kafka.openControlLog)
    await reached(run.daemon, ({ registryOffset }) => registryOffset >= end)
    await corrected(run)
    await released(run.bench)
    expect(before?.inputs).toBeGreaterThan(0)
    expect(await byKey(run.bench)).toEqual(await wanted(5))
  })

  it.each([
    ['holdKey', "'all'"],
    ['holdMapping', 'string(row.id)'],
  ])('is not passed by what the next revision sends where it fails (%s, key: %s)', async (policy, key) => {
    const unknown = (text: string) => `${text.replace('P: PAID, ', '')}onError: {unknownCode: holdKey}\n`
    const rekeyed = (text: string) => text.replace('string(row.id)', key)
    const date = 'after.id == 2 ? 20260230 : after.order_dt'
    const failingOnce = (text: string) =>
      `${rekeyed(text).replace('ymd(after.order_dt)', `ymd(${date})`)}onError: {badDate: ${policy}}\n`
    const run = await failing(2, unknown)
    expect(await heldOf(run.bench)).toMatchObject({ inputs: 20 })
    await corrected(run, failingOnce)
    await fillRawLog(run.bench, 2, 4)
    await reached(run.daemon, ({ next }) => next === 48)
    expect(await heldOf(run.bench)).toMatchObject({ inputs: 39 })
    expect(await events(run.bench)).toHaveLength(1)
    await corrected(run, rekeyed)
    await released(run.bench)
    expect(await byKey(run.bench)).toEqual(await translateOnce(4, rekeyed))
  })

  it.each([1, 2, 3, 4, 5].flatMap((at) => [`before commit ${at}`, `behind commit ${at}`]))(
    'is released once where the process dies %s of the release',
    async (moment) => {
      const run = await failing(30, without('P: PAID', 'holdMapping'), large)
      await run.stop()
      await run.bench.register(await benchProject(byStore))
      const commits = { made: 0 }
      const openPublisher = dying(run.bench.kafka.openPublisher, commits, moment)
      start(run.bench, { openPublisher })
      await released(run.bench)
      expect(commits.made).toBeGreaterThan(3)
      expect(await byKey(run.bench)).toEqual(await wanted(30))
    },
  )

  it('is not waited for by a daemon that is told to stop, and is released by the next one', async () => {
    const run = await failing(30, without('P: PAID', 'holdMapping'), large)
    await run.stop()
    await run.bench.register(await benchProject(byStore))
    const { openPublisher } = run.bench.kafka
    const next = start(run.bench, {
      openPublisher: async (options) => {
        const publisher = await openPublisher(options)
        return gathering(publisher, async (batch) => {
          await publish(publisher, batch)
          if (batch.records.length > 0) void next.stop()
        })
      },
    })
    await next.stopped
    const left = (await heldOf(run.bench))?.inputs ?? 0
    start(run.bench)
    await released(run.bench)
    expect(left).toBeGreaterThan(0)
    expect(await byKey(run.bench)).toEqual(await wanted(30))
  })

  it('halts the source where more would wait than may', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 5)
    await bench.register(await benchProject(without('P: PAID', 'holdMapping')))
    const { daemon } = start(bench, { heldBounds: { inputs: 15, bytes: 1_000_000 } })
    const { state } = await reached(daemon, halted)
    expect(state).toMatchObject({ code: 'HELD_TOO_MUCH' })
    expect((await heldOf(bench))?.inputs).toBeLessThanOrEqual(15)
  })

  it('halts the source where what waits is not there any more', async () => {
    const run = await failing(2, without('P: PAID', 'holdMapping'))
    await run.stop()
    await run.bench.register(await benchProject(byStore))
    const { openRawLog } = run.bench.kafka
    const { daemon } = start(run.bench, {
      openRawLog: async (topic) => await openRawLog(topic === names.held('bench') ? names.checkpoint('bench') : topic),
    })
    expect((await reached(daemon, halted)).state).toMatchObject({ code: 'HELD_UNREADABLE' })
  })
})
