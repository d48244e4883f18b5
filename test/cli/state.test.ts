/** `falsework state`: row stores in memory, as a daemon of the benchmark's project has left them. */
import { describe, expect, it, onTestFinished } from 'vitest'
import type { DaemonReport } from '../../src/http/health-server.ts'
import type { RowState } from '../../src/app/observe/row-state.ts'
import { controlTopics } from '../../src/core/delivery/own-topics.ts'
import { nothingYet, tellState } from '../../src/app/translate/source-state.ts'
import { born } from '../../src/core/delivery/source-life.ts'
import { decodeMark, encodeMark, type StoreMark } from '../../src/core/rows/stored/store-mark.ts'
import { FalseworkError } from '../../src/core/diagnostics/falsework-error.ts'
import { serveHealth } from '../../src/http/health-server.ts'
import { benchProject, fillRawLog, type Installation, installation, names, rawLog } from '../app/bench-project.ts'
import { falsework, type Ran } from './in-process.ts'
import { translatedBench } from './translated-bench.ts'

const nowhere = 'http://127.0.0.1:1'

/** `bench` with the parameters behind `state`. */
async function state(bench: Installation, parameters: readonly string[], daemonUrl = nowhere): Promise<Ran> {
  return await falsework(['state', ...parameters], {
    environment: { FALSEWORK_DAEMON_URL: daemonUrl, FALSEWORK_TOPICS_PREFIX: '' },
    ports: () => ({
      kafka: bench.kafka,
      schemaRegistry: bench.schemaRegistry,
      findRowStore: bench.rowStores.findRowStore,
      copyRowStore: bench.rowStores.copyRowStore,
    }),
  })
}

async function shown(bench: Installation): Promise<RowState> {
  const { out } = await state(bench, ['show', 'bench', '-o', 'json'])
  const { items } = JSON.parse(out) as { readonly items: readonly RowState[] }
  const [item] = items
  if (item === undefined) throw new Error('nothing is shown')
  return item
}

/** The store says something else of itself. */
function says(bench: Installation, edit: (mark: StoreMark) => StoreMark): void {
  const held = bench.rowStores.heldOf('bench')
  const mark = decodeMark(held.mark ?? '')
  if (mark === null) throw new Error('no mark')
  held.mark = encodeMark(edit(mark))
}

const at =
  (changes: Partial<StoreMark['checkpoint']>) =>
  (mark: StoreMark): StoreMark => ({ ...mark, checkpoint: { ...mark.checkpoint, ...changes } })

const cutOff = (bench: Installation): void => {
  bench.kafka.cluster.topic(rawLog).partitions[0]?.deleteBefore(5)
}

describe('falsework state show', () => {
  it('says where a store stands, what it holds, and that a daemon would go on with it', async () => {
    const bench = await translatedBench()
    const item = await shown(bench)
    expect(item).toMatchObject({
      source: 'bench',
      store: 'there',
      incarnation: 1,
      entries: 10,
      tables: [{ table: 'public.orders', key: 'id', state: 'kept' }],
      next: { kind: 'current' },
    })
    expect(item.position).toBe(item.checkpoint)
    const { code, out, err } = await state(bench, ['show'])
    expect(out).toMatch(/^bench +there +\d+ +\d+ +1 +10 +\d+ +1 +current$/m)
    expect(out).toMatch(/^bench +public\.orders +id$/m)
    expect([code, err]).toEqual([0, ''])
  })

  it('counts the records that a store is behind the checkpoint', async () => {
    const bench = await translatedBench()
    says(bench, at({ next: 4, anchor: null }))
    const { next, checkpoint } = await shown(bench)
    expect(next).toEqual({ kind: 'replay', records: (checkpoint ?? 0) - 4 })
    expect((await state(bench, ['show'])).out).toContain('records behind')
  })

  it.each([
    ['it is new', (bench: Installation) => void (bench.rowStores.heldOf('bench').mark = null)],
    ['it was damaged', (bench: Installation) => bench.rowStores.damage('bench')],
    ['another incarnation has begun', (bench: Installation) => says(bench, at({ incarnation: 0 }))],
    ['tables or their keys are others', (bench: Installation) => says(bench, (mark) => ({ ...mark, keys: new Map() }))],
  ])('says that it would be built anew since %s', async (why, spoil) => {
    const bench = await translatedBench()
    spoil(bench)
    const { next, checkpoint, tables } = await shown(bench)
    expect(next).toEqual({ kind: 'rebuild', why, from: 0, records: checkpoint })
    expect(tables.some(({ state: kept }) => kept === 'wanted')).toBe(why !== 'another incarnation has begun')
  })

  it('names tables that are kept and that nobody asks for any more', async () => {
    const bench = await translatedBench()
    says(bench, (mark) => ({ ...mark, keys: new Map([...mark.keys, ['public.left' as never, 'id']]) }))
    expect((await state(bench, ['show'])).out).toMatch(/^bench +public\.left +id +not asked for any more$/m)
  })

  it.each([
    ['STATE_AHEAD', (bench: Installation) => says(bench, at({ next: 10_000 }))],
    ['STATE_FOREIGN', (bench: Installation) => says(bench, at({ anchor: { offset: 3, hash: 'another' } }))],
    [
      'REBUILD_GAP',
      (bench: Installation) => {
        bench.rowStores.heldOf('bench').mark = null
        cutOff(bench)
      },
    ],
  ])('says that the source would halt with %s, and the remedy', async (code, spoil) => {
    const bench = await translatedBench()
    spoil(bench)
    expect((await shown(bench)).next).toMatchObject({
      kind: 'halt',
      code,
      remedy: expect.stringMatching(/./) as string,
    })
    const { out, err } = await state(bench, ['show'])
    expect(out).toContain(`halts with ${code}`)
    expect(err).toContain(`next: bench ${code}: `)
  })

  it('says so where the source itself would halt before its store is opened', async () => {
    const bench = await translatedBench()
    bench.kafka.cluster.topic(rawLog).partitions[0]?.deleteBefore(12)
    await fillRawLog(bench, 1, 3)
    bench.kafka.cluster.topic(rawLog).partitions[0]?.deleteBefore(30)
    expect((await shown(bench)).next).toMatchObject({ kind: 'halt', code: 'RAW_GAP' })
  })

  it('makes no store by looking for one, and says what would become of it', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 1)
    await bench.kafka.topicAdmin.ensure(controlTopics(names))
    expect(await shown(bench)).toMatchObject({ store: 'none', position: null, tables: [], next: { kind: 'unkept' } })
    await bench.register(await benchProject())
    expect((await state(bench, ['show'])).out).toContain('built from 0 records, since it is new')
    expect(await bench.rowStores.findRowStore('bench')).toBeNull()
  })

  it('shows what the store holds where the logs cannot be asked, with the exit code of the reason', async () => {
    const bench = await translatedBench()
    const { code, out, err } = await falsework(['state', 'show'], {
      ports: () => ({
        kafka: {
          ...bench.kafka,
          openControlLog: async () => await Promise.reject(new FalseworkError('KAFKA_UNREACHABLE', 'no answer')),
        },
        findRowStore: bench.rowStores.findRowStore,
      }),
    })
    expect(out).toMatch(/^bench +there .* 10 .* unknown$/m)
    expect(err).toContain('next: bench KAFKA_UNREACHABLE: no answer')
    expect(code).toBe(3)
  })

  it('says what the daemon does with a store that it has, and exits with 1', async () => {
    const bench = await translatedBench()
    const store = await bench.rowStores.openRowStore('bench')
    const bringing = { kind: 'rebuild', why: 'it is new', from: 0, to: 12, position: 3, percent: 25 } as const
    const reports = (): DaemonReport['items'] => [
      {
        source: 'bench',
        state: tellState(born(0), 0),
        next: null,
        registryOffset: 0,
        counts: nothingYet,
        skipped: [],
        lastCommitMs: null,
        rows: { position: 3, entries: 4, bytes: 4_096, bringing, awaited: [] },
        audited: null,
      },
    ]
    const daemon = () => ({ phase: 'following', trouble: null, unread: null }) as const
    const metrics = async (): Promise<string> => await Promise.resolve('')
    const server = await serveHealth({ host: '127.0.0.1', port: 0 }, { daemon, reports, metrics })
    onTestFinished(async () => await server.close())
    const { code, out, err } = await state(bench, ['show'], server.url)
    expect(out).toMatch(/^bench +in use +-/m)
    expect(err).toContain('rebuild 25% since it is new, with 4 entries at 3, 4096 bytes')
    expect(code).toBe(1)
    expect((await state(bench, ['show'])).err).toContain(`no daemon at ${nowhere} works on it`)
    await store.close()
  })

  it('names the sources that there are for one that there is not', async () => {
    const { code, err } = await state(installation(), ['show', 'shop'])
    expect(err).toContain('UNKNOWN_NAME')
    expect(code).toBe(1)
  })
})

describe('falsework state rebuild', () => {
  it('clears nothing without --yes', async () => {
    const bench = await translatedBench()
    const { code, err } = await state(bench, ['rebuild', 'bench'])
    expect(err).toContain('--yes')
    expect(code).toBe(64)
    expect(bench.rowStores.heldOf('bench').values.size).toBe(10)
  })

  it('clears the store and says what is read again', async () => {
    const bench = await translatedBench()
    const { checkpoint } = await shown(bench)
    const { code, out, err } = await state(bench, ['rebuild', 'bench', '--yes', '-o', 'json'])
    expect(JSON.parse(out)).toMatchObject({
      kind: 'ClearedRows',
      items: [{ source: 'bench', entries: 10, from: 0, to: checkpoint, gap: null }],
    })
    expect([code, err]).toEqual([0, ''])
    const held = bench.rowStores.heldOf('bench')
    expect([held.values.size, held.mark]).toEqual([0, null])
  })

  it('refuses where the raw log cannot give the rows back, unless it is forced to', async () => {
    const bench = await translatedBench()
    cutOff(bench)
    const refused = await state(bench, ['rebuild', 'bench', '--yes'])
    expect(refused.err).toMatch(/^error REBUILD_GAP: .*the row store was left as it is/)
    expect(refused.code).toBe(1)
    expect(bench.rowStores.heldOf('bench').values.size).toBe(10)
    const forced = await state(bench, ['rebuild', 'bench', '--yes', '--force'])
    expect(forced.err).toContain('warning: bench will halt with REBUILD_GAP')
    expect(forced.code).toBe(0)
    expect(bench.rowStores.heldOf('bench').values.size).toBe(0)
  })

  it('is refused while a daemon has the store', async () => {
    const bench = await translatedBench()
    const store = await bench.rowStores.openRowStore('bench')
    const { code, err } = await state(bench, ['rebuild', 'bench', '--yes'])
    expect(err).toMatch(/^error STORE_IN_USE: .*end the daemon first/)
    expect(code).toBe(1)
    await store.close()
  })

  it('has nothing to do where no store was made', async () => {
    const { code, err } = await state(installation(), ['rebuild', 'bench', '--yes'])
    expect(err).toContain('there is no row store of bench')
    expect(code).toBe(1)
  })
})

describe('falsework state copy', () => {
  it('leaves a store that can be opened, and says where to put it', async () => {
    const bench = await translatedBench()
    const { position } = await shown(bench)
    const { code, out, err } = await state(bench, ['copy', 'bench', '/copies/bench'])
    expect(out).toMatch(new RegExp(`^bench +/copies/bench +${position ?? '?'} +10$`, 'm'))
    expect(err).toContain('put the directory into rows.directory under the name bench')
    expect(code).toBe(0)
    const copy = await bench.rowStores.findRowStore('/copies/bench')
    expect(copy?.size().entries).toBe(10)
  })

  it('copies beside a daemon that has the store', async () => {
    const bench = await translatedBench()
    const store = await bench.rowStores.openRowStore('bench')
    const { code } = await state(bench, ['copy', 'bench', '/copies/bench'])
    expect(code).toBe(0)
    await store.close()
  })

  it('has nothing to copy where no store was made', async () => {
    const { code, err } = await state(installation(), ['copy', 'bench', '/copies/bench'])
    expect(err).toContain('there is no row store of bench')
    expect(code).toBe(1)
  })

  it('is refused into a directory that is there already', async () => {
    const bench = await translatedBench()
    const { code, err } = await state(bench, ['copy', 'bench', import.meta.dirname])
    expect(err).toMatch(/^error TARGET_EXISTS: /)
    expect(code).toBe(1)
  })
})
