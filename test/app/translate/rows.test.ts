import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Random } from '../../../demo/old-application/plan/random.ts'
import { openLmdbRowStores } from '../../../src/adapters/lmdb/lmdb-row-store.ts'
import type { Project } from '../../../src/app/project/project-texts.ts'
import { decodeMark, encodeMark } from '../../../src/core/rows/stored/store-mark.ts'
import { benchProject, events, fillRawLog, installation, type Installation, names, rawLog } from '../bench-project.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { DaemonParts } from '../../../src/app/translate/daemon.ts'
import type { LogFields } from '../../../src/ports/clock-log-metrics.ts'
import { tampered } from '../../adapters/lmdb/tampered.ts'
import { halted, reached, silent, start } from './running-daemon.ts'
import { loaded } from './simulation/registered.ts'
import { rawStory } from './simulation/raw-story.ts'

type Held = ReturnType<Installation['rowStores']['heldOf']>

/** The benchmark's project on a table as most are: REPLICA IDENTITY DEFAULT. */
async function defaultIdentity(edit?: (mapping: string) => string): Promise<Project> {
  const project = await benchProject(edit)
  const catalogs = project.texts.catalogs.map(({ path, text }) => ({
    path,
    text: text.replace('"replicaIdentity": "full"', '"replicaIdentity": "default"'),
  }))
  return { ...project, texts: { ...project.texts, catalogs } }
}

const steps = rawStory(new Random(7), { source: 'bench', transactions: 90, large: 'none', identity: 'default' }).filter(
  ({ fate }) => fate === 'committed',
)
const isEnd = ({ value }: { readonly value: Buffer }): boolean => value.includes('"status":"END"')
/** Places behind an END, a third of the way each. */
const thirds = [1, 2, 3].map(
  (part) => steps.findLastIndex((step, at) => at < (steps.length * part) / 3 && isEnd(step)) + 1,
)

/** Up to the end of the third. */
function fill({ kafka }: Installation, third: 1 | 2 | 3): void {
  const [from, to] = [third === 1 ? 0 : thirds[third - 2], thirds[third - 1]]
  for (const { key, value } of steps.slice(from, to)) kafka.cluster.append(rawLog, { key, value })
}

/** Without what is known of their tables. */
const keptRows = (bench: Installation): number =>
  [...bench.rowStores.heldOf('bench').values.keys()].filter((key) => key.startsWith('r')).length

async function prepared(): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 0)
  fill(bench, 1)
  await bench.register(await defaultIdentity())
  return bench
}

/** Translated to the end of a third. */
async function drained(
  bench: Installation,
  third: 1 | 2 | 3,
  other: Partial<DaemonParts> = {},
): Promise<ReturnType<typeof start>> {
  const running = start(bench, other)
  await reached(running.daemon, ({ next }) => next === thirds[third - 1])
  return running
}

/** Its row store on LMDB, in a directory of its own, and what the log said of why rows are read again. */
function onDisk(): { readonly directory: string; readonly other: Partial<DaemonParts>; readonly whys: unknown[] } {
  const directory = mkdtempSync(join(tmpdir(), 'falsework-damaged-rows-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const whys: unknown[] = []
  const info = (_: string, { why }: LogFields = {}): void => {
    if (why !== undefined) whys.push(why)
  }
  const log = { ...silent, info }
  return { directory, whys, other: { openRowStore: openLmdbRowStores(directory), log } }
}

/** Each row of the store has another last digit. */
async function changeRows(directory: string): Promise<void> {
  await tampered(join(directory, 'bench'), 'rows', (rows) =>
    [...rows.getRange({ start: 'r', end: 's' })].map(({ key, value }) => {
      const at = value.findLastIndex((byte) => byte >= 0x30 && byte <= 0x39)
      value.writeUInt8(value.readUInt8(at) ^ 1, at)
      return [key, value] as const
    }),
  )
}

/** What a single run gives that nothing has disturbed. */
async function undisturbed(third: 2 | 3): Promise<readonly unknown[]> {
  const bench = await prepared()
  fill(bench, 2)
  if (third === 3) fill(bench, 3)
  await (await drained(bench, third)).stop()
  return await events(bench)
}

/** Events with all that they say, and what was set aside, each partition in its order. */
async function published({ kafka }: Installation): Promise<readonly string[]> {
  const lines: string[] = []
  for (const topic of ['order-changes.v1', names.deadLetters]) {
    const options = { from: 'beginning', follow: false, signal: new AbortController().signal } as const
    for await (const { partition, key, value } of kafka.topicReader.read(topic, options)) {
      // Another revision has another hash.
      const said = topic === names.deadLetters ? '' : (value?.toString('base64') ?? '')
      lines.push(`${topic} ${partition} ${key?.toString() ?? ''} ${said}`)
    }
  }
  return lines
}

async function publishedUndisturbed(): Promise<readonly string[]> {
  const bench = await prepared()
  fill(bench, 2)
  await (await drained(bench, 2)).stop()
  return await published(bench)
}

describe('rows of a table with REPLICA IDENTITY DEFAULT', () => {
  it('tell what a row was after a restart, from the store', async () => {
    const bench = await prepared()
    await (await drained(bench, 1)).stop()
    fill(bench, 2)
    await drained(bench, 2)
    const published = await events(bench)
    expect(published).toStrictEqual(await undisturbed(2))
    expect(published.length).toBeGreaterThan(50)
  })

  it.each<readonly [string, (left: Held) => Held]>([
    ['is lost', () => ({ values: new Map(), mark: null })],
    ['was left behind', (left) => left],
  ])('are read again from the raw log when the store %s', async (_, becomes) => {
    const bench = await prepared()
    await (await drained(bench, 1)).stop()
    const held = bench.rowStores.heldOf('bench')
    const { values, mark } = becomes({ values: new Map(held.values), mark: held.mark })
    fill(bench, 2)
    await (await drained(bench, 2)).stop()
    held.values.clear()
    for (const [key, value] of values) held.values.set(key, value)
    held.mark = mark
    fill(bench, 3)
    await drained(bench, 3)
    expect(await events(bench)).toStrictEqual(await undisturbed(3))
  })

  it('are read again from the raw log when those in the store were changed on the disk, and no event tells of them', async () => {
    const bench = await prepared()
    const { directory, other, whys } = onDisk()
    await (await drained(bench, 1, other)).stop()
    await changeRows(directory)
    fill(bench, 2)
    await (await drained(bench, 2, other)).stop()
    expect(await published(bench)).toStrictEqual(await publishedUndisturbed())
    expect(whys).toEqual(['it is new', 'it was damaged'])
    fill(bench, 3)
    await drained(bench, 3, other)
    expect(await events(bench)).toStrictEqual(await undisturbed(3))
    expect(whys).toHaveLength(2)
  })

  it('are read again when the store is found to be damaged in the middle of the work', async () => {
    const bench = await prepared()
    const { daemon } = await drained(bench, 1)
    bench.rowStores.damage('bench')
    fill(bench, 2)
    await reached(daemon, ({ next }) => next === thirds[1])
    expect(await events(bench)).toStrictEqual(await undisturbed(2))
    expect(bench.rowStores.isDamaged('bench')).toBe(false)
  })

  it('are not built for ever where the disk changes them each time', async () => {
    const bench = await prepared()
    let opened = 0
    const openRowStore = async (): Promise<never> => {
      opened += 1
      return await Promise.reject(new FalseworkError('STORE_DAMAGED', 'the row store bench is damaged'))
    }
    const { state } = await reached(start(bench, { openRowStore }).daemon, halted)
    expect([state, opened]).toEqual([expect.objectContaining({ code: 'STORE_DAMAGED' }), 3])
  })

  it('are brought to what is kept when a registration keeps more', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 0)
    fill(bench, 1)
    const project = await benchProject()
    const [source] = project.sources.values()
    if (source === undefined) throw new Error('no source')
    const excluding = new Map([['bench', { ...source, excludedRows: ['public.orders'] }]])
    await bench.register({ ...project, sources: excluding })
    const { daemon } = start(bench)
    await reached(daemon, ({ next }) => next === thirds[0])
    expect(keptRows(bench)).toBe(0)
    await bench.register(await defaultIdentity())
    fill(bench, 2)
    await reached(daemon, ({ next }) => next === thirds[1])
    // Those of the first snapshot at least: what was streamed since may not be written yet.
    await reached(daemon, () => keptRows(bench) >= 6)
  })
})

describe('rows of a transaction that was not published', () => {
  it('are what they were before it when the source goes on', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 0)
    fill(bench, 1)
    await bench.register(await defaultIdentity((text) => `${text}\nonError: {default: haltSource}\n`))
    const { daemon, stop } = start(bench)
    await reached(daemon, halted)
    await stop()
    await bench.register(await defaultIdentity())
    fill(bench, 2)
    await (await drained(bench, 2)).stop()
    expect(await published(bench)).toStrictEqual(await publishedUndisturbed())
  })
})

describe('rows that a snapshot has left', () => {
  const large = rawStory(new Random(3), {
    source: 'bench',
    transactions: 40,
    large: 'one',
    identity: 'default',
  }).filter(({ fate }) => fate === 'committed')
  /** Behind the END of the transaction of thousands of rows. */
  const middle = large.findIndex((step) => isEnd(step) && /"event_count":\d{4}/.test(step.value.toString())) + 1

  it('are published once, and keep nothing from what comes behind them, when the store is lost', async () => {
    const ids = await Promise.all(
      [false, true].map(async (isLost) => {
        const bench = installation()
        await fillRawLog(bench, 0, 0)
        const append = (those: typeof large): void => {
          for (const { key, value } of those) bench.kafka.cluster.append(rawLog, { key, value })
        }
        append(large.slice(0, middle))
        await bench.register(await defaultIdentity((text) => `${text}${loaded(text)}`))
        const first = start(bench)
        await reached(first.daemon, ({ next }) => next === middle)
        await first.stop()
        if (isLost) bench.rowStores.heldOf('bench').values.clear()
        if (isLost) bench.rowStores.heldOf('bench').mark = null
        append(large.slice(middle))
        const second = start(bench)
        await reached(second.daemon, ({ next }) => next === large.length)
        await second.stop()
        return await published(bench)
      }),
    )
    expect(ids[1]).toStrictEqual(ids[0])
    expect(ids[0]?.length).toBeGreaterThan(1_000)
  }, 60_000)
})

describe('a row store that cannot be of this source', () => {
  it.each([
    ['STATE_AHEAD', { next: 10_000 }],
    ['STATE_FOREIGN', { anchor: { offset: 3, hash: 'another' } }],
  ])('halts it with %s', async (code, said) => {
    const bench = await prepared()
    await (await drained(bench, 1)).stop()
    const held = bench.rowStores.heldOf('bench')
    const mark = decodeMark(held.mark ?? '')
    if (mark === null) throw new Error('no mark')
    held.mark = encodeMark({ ...mark, checkpoint: { ...mark.checkpoint, ...said } })
    const { state } = await reached(start(bench).daemon, halted)
    expect(state).toMatchObject({ code })
  })

  it('halts it with REBUILD_GAP when it is lost, and the beginning of the raw log is, too', async () => {
    const bench = await prepared()
    await (await drained(bench, 1)).stop()
    bench.rowStores.heldOf('bench').mark = null
    bench.kafka.cluster.topic(rawLog).partitions[0]?.deleteBefore(12)
    const { state } = await reached(start(bench).daemon, halted)
    expect(state).toMatchObject({ code: 'REBUILD_GAP' })
  })
})
