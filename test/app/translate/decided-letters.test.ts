import { describe, expect, it } from 'vitest'
import { type DeadLetter, readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import { openLetterWords } from '../../../src/app/observe/open-letter-words.ts'
import { latestCheckpoint } from '../../../src/app/observe/source-status.ts'
import { decideLetters, type WantedLetters } from '../../../src/app/operate/decide-letters.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { controlFormat, type LetterAction } from '../../../src/core/registry/control-record.ts'
import { encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import type { HeldState } from '../../../src/core/held/held-state.ts'
import {
  benchProject,
  events,
  fillRawLog,
  installation,
  type Installation,
  names,
  operatorOf,
} from '../bench-project.ts'
import { dying } from './dying-publisher.ts'
import { halted, reached, type RunningDaemon, start, translated } from './running-daemon.ts'

/** Few keys, so that inputs stand behind others. */
const byStore = (text: string): string => text.replace('string(row.id)', 'string(row.store_no)')
const failing = (policy: string) => (text: string) =>
  `${byStore(text).replace('P: PAID, ', '')}onError: {unknownCode: ${policy}}\n`

const letters = async ({ kafka }: Installation): Promise<readonly DeadLetter[]> =>
  (await readDeadLetters(kafka.topicReader, names.deadLetters)).letters

const held = async ({ kafka }: Installation): Promise<HeldState | undefined> =>
  (await latestCheckpoint(kafka.topicReader, names.checkpoint('bench')))?.held

const said = async ({ kafka }: Installation) =>
  await openLetterWords(await letters({ kafka } as Installation), {
    names,
    topicReader: kafka.topicReader,
    openControlLog: kafka.openControlLog,
  })

async function say(bench: Installation, action: LetterAction, wanted: Partial<WantedLetters>): Promise<void> {
  await decideLetters({ action, reason: 'agreed', wanted: { ids: [], ...wanted }, run: 'say' }, operatorOf(bench))
}

/** A word that is of the bench, whosesoever the letters are. */
async function sayOf({ kafka }: Installation, ids: readonly string[]): Promise<void> {
  const log = await kafka.openControlLog()
  const { end } = await readRegistry(kafka.openControlLog)
  const common = { format: controlFormat, uuid: crypto.randomUUID(), basedOn: end, atMs: 0, actor: 'ana' } as const
  const word = { action: 'discard', letters: ids, reason: 'agreed' } as const
  await log.append(encodeControlRecord({ kind: 'letters', ...common, source: 'bench', ...word }))
  await log.close()
}

/** Source transactions under a mapping that fails on every order that was paid. */
async function set(policy: string, transactions = 5): Promise<RunningDaemon & { bench: Installation }> {
  const bench = installation()
  await fillRawLog(bench, 0, transactions)
  await bench.register(await benchProject(failing(policy)))
  const running = start(bench)
  await reached(running.daemon, ({ next }) => next === transactions * 12)
  return { bench, ...running }
}

async function translateOnce(): Promise<readonly string[]> {
  const bench = installation()
  await fillRawLog(bench, 0, 5)
  await bench.register(await benchProject(byStore))
  const { daemon, stop } = start(bench)
  await reached(daemon, translated(50))
  await stop()
  return (await events(bench)).toSorted()
}

let once: Promise<readonly string[]> | null = null
/** What comes of the same source transactions where nothing fails. */
const wanted = async (): Promise<readonly string[]> => await (once ??= translateOnce())

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5))
}

const allCarriedOut = async (bench: Installation): Promise<void> => {
  await until(async () => (await said(bench)).size === 0)
}

describe('a retried dead letter', () => {
  it('is published by a corrected revision as it would have been, once, whatever is said of it again', async () => {
    const { bench } = await set('deadLetter')
    const before = await letters(bench)
    expect(before.length).toBeGreaterThan(0)
    await bench.register(await benchProject(byStore))
    await say(bench, 'retry', { class: 'unknownCode' })
    await say(bench, 'retry', { ids: before.map(({ id }) => id) }).catch(() => undefined)
    await until(async () => (await letters(bench)).length === 0)
    await allCarriedOut(bench)
    expect((await events(bench)).toSorted()).toEqual(await wanted())
  })

  it('stays, with its newest failure, where the revision in force fails as well', async () => {
    const { bench } = await set('deadLetter')
    const before = await letters(bench)
    await say(bench, 'retry', { mapping: 'order-changed' })
    await allCarriedOut(bench)
    const after = await letters(bench)
    expect(after.map(({ id }) => id).toSorted()).toEqual(before.map(({ id }) => id).toSorted())
    expect(Math.min(...after.map((letter) => letter.writtenAtMs))).toBeGreaterThanOrEqual(
      Math.max(...before.map((letter) => letter.writtenAtMs)),
    )
  })

  it('waits behind what waits of its key', async () => {
    const { bench } = await set('deadLetter')
    await bench.register(await benchProject(failing('holdKey')))
    await say(bench, 'retry', { class: 'unknownCode' })
    await allCarriedOut(bench)
    await until(async () => ((await held(bench))?.inputs ?? 0) > 0)
    const { blockers = [], inputs = 0 } = (await held(bench)) ?? {}
    expect((await letters(bench)).map(({ id }) => id).toSorted()).toEqual(
      blockers.map(({ letter }) => letter).toSorted(),
    )
    expect(inputs).toBeGreaterThanOrEqual(blockers.length)
    await bench.register(await benchProject(byStore))
    await until(async () => (await held(bench))?.inputs === 0)
    expect((await events(bench)).toSorted()).toEqual(await wanted())
    expect(await letters(bench)).toEqual([])
  })

  it('that would be one too many to wait halts the source as it was, and is published when the mapping is corrected', async () => {
    const { bench, stop } = await set('deadLetter')
    await stop()
    await bench.register(await benchProject(failing('holdKey')))
    await say(bench, 'retry', { class: 'unknownCode' })
    const heldBounds = { inputs: 3, bytes: 1_000_000 }
    const full = start(bench, { heldBounds })
    expect((await reached(full.daemon, halted)).state).toMatchObject({ code: 'HELD_TOO_MUCH' })
    await full.stop()
    expect(await held(bench)).toMatchObject({ next: 3, inputs: 3 })
    await bench.register(await benchProject(byStore))
    start(bench, { heldBounds })
    await until(async () => (await letters(bench)).length === 0)
    await allCarriedOut(bench)
    expect(await held(bench)).toMatchObject({ inputs: 0, holds: [] })
    expect((await events(bench)).toSorted()).toEqual(await wanted())
  })

  it('stays where its input has waited and fails under a policy by which nothing does, and is published when corrected', async () => {
    const { bench } = await set('holdKey')
    const before = (await letters(bench)).map(({ id }) => id)
    await bench.register(await benchProject(failing('deadLetter')))
    await until(async () => (await held(bench))?.inputs === 0)
    const after = (await letters(bench)).map(({ id }) => id)
    expect(before.length).toBeGreaterThan(0)
    expect(before.filter((id) => !after.includes(id))).toEqual([])
    await bench.register(await benchProject(byStore))
    await say(bench, 'retry', { class: 'unknownCode' })
    await until(async () => (await letters(bench)).length === 0)
    expect((await events(bench)).toSorted()).toEqual(await wanted())
  })

  it('of another source is left, whatever a word says of it', async () => {
    const { bench } = await set('deadLetter')
    const [own] = await letters(bench)
    if (own === undefined) throw new Error('no letters')
    const foreign = { id: 'f'.repeat(36), content: { ...own.content, source: 'shop' } }
    const value = Buffer.from(JSON.stringify(foreign.content))
    bench.kafka.cluster.append(names.deadLetters, { key: Buffer.from(foreign.id), value })
    await sayOf(bench, [own.id, foreign.id])
    await until(async () => (await letters(bench)).every(({ id }) => id !== own.id))
    await allCarriedOut(bench)
    const left = await letters(bench)
    expect(left.find(({ id }) => id === foreign.id)).toMatchObject({ source: 'shop' })
  })

  it.each([1, 2, 3, 4].flatMap((at) => [`before commit ${at}`, `behind commit ${at}`]))(
    'is published once where the process dies %s',
    async (moment) => {
      const { bench, stop } = await set('deadLetter')
      await stop()
      await bench.register(await benchProject(byStore))
      for (const { id } of await letters(bench)) await say(bench, 'retry', { ids: [id] })
      const commits = { made: 0 }
      start(bench, { openPublisher: dying(bench.kafka.openPublisher, commits, moment) })
      await until(async () => (await letters(bench)).length === 0)
      await allCarriedOut(bench)
      expect(commits.made).toBeGreaterThan(4)
      expect((await events(bench)).toSorted()).toEqual(await wanted())
    },
  )

  it('that others wait behind stays, and they do, where it fails again', async () => {
    const { bench } = await set('holdKey')
    const blocked = await held(bench)
    const [first] = blocked?.blockers ?? []
    await say(bench, 'retry', { ids: [first?.letter ?? ''] })
    await allCarriedOut(bench)
    expect(await held(bench)).toMatchObject({ inputs: blocked?.inputs, blockers: blocked?.blockers })
  })
})

/** Keys of the records that are left in the topic of the dead letters. */
async function keysLeft({ kafka }: Installation): Promise<readonly string[]> {
  const left = new Map<string, Buffer | null>()
  const options = { from: 'beginning', follow: false, signal: new AbortController().signal } as const
  for await (const { key, value } of kafka.topicReader.read(names.deadLetters, options)) {
    left.set(key?.toString() ?? '', value)
  }
  return [...left].flatMap(([key, value]) => (value === null ? [] : [key]))
}

/** One source transaction whose rows are so large that the dead letter of one is several records. */
async function setLarge(policy: string): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 1, (text) => text.replaceAll('"curr_cd":"', `"curr_cd":"${'x'.repeat(300_000)}`))
  await bench.register(await benchProject(failing(policy)))
  await reached(start(bench).daemon, ({ next }) => next === 12)
  return bench
}

describe('a dead letter in several records', () => {
  it.each(['deadLetter', 'holdKey', 'holdMapping'])('leaves none of them when it is discarded (%s)', async (policy) => {
    const bench = await setLarge(policy)
    expect((await keysLeft(bench)).filter((key) => key.endsWith('/2')).length).toBeGreaterThan(0)
    while ((await letters(bench)).length > 0) {
      await say(bench, 'discard', { ids: (await letters(bench)).map(({ id }) => id) })
      await allCarriedOut(bench)
      await until(async () => !(await held(bench))?.releasing)
    }
    expect(await keysLeft(bench)).toEqual([])
  })

  it.each(['deadLetter', 'holdKey'])('leaves none of them when it is published after all (%s)', async (policy) => {
    const bench = await setLarge(policy)
    await bench.register(await benchProject(byStore))
    if (policy === 'deadLetter') await say(bench, 'retry', { class: 'unknownCode' })
    await until(async () => (await letters(bench)).length === 0)
    expect(await keysLeft(bench)).toEqual([])
  })
})

describe('a discarded dead letter', () => {
  it('is decided, and nothing comes of it', async () => {
    const { bench } = await set('deadLetter')
    const published = await events(bench)
    await say(bench, 'discard', { cause: 'unknownCode changed.status' })
    await until(async () => (await letters(bench)).length === 0)
    await bench.register(await benchProject(byStore))
    await say(bench, 'retry', { class: 'unknownCode' })
    await allCarriedOut(bench)
    expect(await events(bench)).toEqual(published)
  })

  it.each(['holdKey', 'holdMapping'])('lets go what waits behind it (%s)', async (policy) => {
    const { bench } = await set(policy, 1)
    for (let state = await held(bench); state !== undefined && state.inputs > 0; state = await held(bench)) {
      await say(bench, 'discard', { ids: state.blockers.map(({ letter }) => letter) })
      await allCarriedOut(bench)
      await until(async () => !(await held(bench))?.releasing)
    }
    expect(await held(bench)).toMatchObject({ inputs: 0, holds: [], blockers: [] })
    expect(await letters(bench)).toEqual([])
  })

  it.each([1, 2, 3, 4].flatMap((at) => [`before commit ${at}`, `behind commit ${at}`]))(
    'lets them go once where the process dies %s',
    async (moment) => {
      const run = await set('holdMapping')
      await run.stop()
      const [blocker] = (await held(run.bench))?.blockers ?? []
      await say(run.bench, 'discard', { ids: [blocker?.letter ?? ''] })
      await run.bench.register(await benchProject(byStore))
      start(run.bench, { openPublisher: dying(run.bench.kafka.openPublisher, { made: 0 }, moment) })
      await until(async () => (await held(run.bench))?.inputs === 0)
      const all = await wanted()
      const published = (await events(run.bench)).toSorted()
      expect(new Set(published).size).toBe(published.length)
      expect(all.filter((line) => !published.includes(line))).toHaveLength(1)
    },
  )
})
