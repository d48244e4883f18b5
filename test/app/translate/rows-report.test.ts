import { describe, expect, it } from 'vitest'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { RowsReport } from '../../../src/app/translate/rows/rows-report.ts'
import { benchProject, fillRawLog, installation } from '../bench-project.ts'
import { reached, start, uncounted } from './running-daemon.ts'

const store = { size: () => ({ bytes: 4_096, entries: 6 }) }

function reported(): { readonly report: RowsReport; readonly gauges: Map<string, number> } {
  const gauges = new Map<string, number>()
  const metrics = {
    ...uncounted,
    set: (name: string, _labels: unknown, value: number): void => void gauges.set(name, value),
    add: (name: string, _labels: unknown, by: number): void => void gauges.set(name, (gauges.get(name) ?? 0) + by),
  }
  return { report: new RowsReport({ source: 'shop', metrics }), gauges }
}

const rebuild = { kind: 'rebuild', why: 'it is new', from: 100, to: 300 } as const

describe('what is told of the rows of a source', () => {
  it('is nothing before their store was opened', () => {
    expect(reported().report.told).toBeNull()
  })

  it('is where the store stands and what it holds', () => {
    const { report, gauges } = reported()
    report.stoodAt(40, store)
    report.visibleTo(70)
    report.wrote(3)
    report.wrote(2)
    expect(report.told).toEqual({ position: 40, entries: 6, bytes: 4_096, bringing: null, awaited: [] })
    expect(Object.fromEntries(gauges)).toEqual({
      rows_store_entries: 6,
      rows_store_bytes: 4_096,
      rows_store_lag_records: 30,
      rows_written_total: 5,
    })
  })

  it('is which mappings wait for rows of which tables', () => {
    const { report, gauges } = reported()
    report.stoodAt(40, store)
    report.awaits(new Map([['orders', [tableName('public', 'carriers')]]]))
    expect(report.told?.awaited).toEqual([{ mapping: 'orders', tables: ['public.carriers'] }])
    expect(gauges.get('mappings_awaiting_rows')).toBe(1)
  })

  it('is how far they were read again, in percent of what is to be read', () => {
    const { report, gauges } = reported()
    report.stoodAt(100, store)
    report.begin(rebuild)
    expect(report.told?.bringing).toEqual({ ...rebuild, position: 100, percent: 0 })
    expect(gauges.get('rows_store_lag_records')).toBe(200)
    report.reached(299)
    expect(report.told?.bringing).toMatchObject({ position: 299, percent: 99 })
    report.end()
    expect(report.told?.bringing).toBeNull()
  })

  it('does not go beyond the checkpoint with a batch that does', () => {
    const { report } = reported()
    report.stoodAt(100, store)
    report.begin(rebuild)
    report.reached(512)
    expect(report.told?.bringing).toMatchObject({ position: 300, percent: 100 })
  })
})

describe('a daemon', () => {
  it('tells that a lost store is built anew while its source is opened, and what it holds then', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 3)
    await bench.register(await benchProject())
    const first = start(bench)
    const before = await reached(first.daemon, ({ counts }) => counts.events === 30)
    await first.stop()
    const next = before.next ?? 0
    const held = bench.rowStores.heldOf('bench')
    const entries = held.values.size
    held.values.clear()
    held.mark = null
    const { promise: gate, resolve: letGo } = Promise.withResolvers<null>()
    const { daemon } = start(bench, {
      openRawLog: async (topic) => {
        const log = await bench.kafka.openRawLog(topic)
        return {
          range: async () => await log.range(),
          close: async () => await log.close(),
          read: async (from, options) => {
            if (from === 0) await gate
            return await log.read(from, options)
          },
        }
      },
    })
    const { state, rows } = await reached(daemon, (report) => report.rows?.bringing != null)
    expect(state).toMatchObject({ phase: 'opening', sound: false })
    expect(rows).toMatchObject({
      entries: 0,
      bringing: { kind: 'rebuild', why: 'it is new', from: 0, to: next, position: 0, percent: 0 },
    })
    letGo(null)
    const after = await reached(daemon, (report) => report.state.phase === 'running')
    expect(after.rows).toMatchObject({ position: next, entries, bringing: null })
    expect(entries).toBeGreaterThan(0)
  })
})
