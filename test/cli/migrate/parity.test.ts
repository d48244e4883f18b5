/** What `falsework migrate parity` shows of a comparison, what it writes, and what it says where there is nothing to show. */
import { cpSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { memoryParityStores } from '../../../src/adapters/memory/stores/memory-parity-store.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { Comparisons } from '../../../src/app/compare/comparisons.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { emptyTally, tallied } from '../../../src/core/parity/causes.ts'
import { encodeParityReport, type ParityReport } from '../../../src/core/parity/parity-report.ts'
import type { Verdict } from '../../../src/core/parity/verdict.ts'
import type { TopicRecord } from '../../../src/ports/kafka/topic-reader.ts'
import { benchProject, fillRawLog, type Installation, installation, names } from '../../app/bench-project.ts'
import { reached, silent, start, translated, uncounted } from '../../app/translate/running-daemon.ts'
import { falsework, type Ran, repository } from '../in-process.ts'

const bridge = 'order-changes.v1'
const native = names.native(bridge)
const migration = `migration: orders
format: 1
mapping: order-changed
topics: {bridge: ${bridge}, native: native.${bridge}}
windowSeconds: 1
gates: {lagSecondsMax: 86400, events: 1}
native: {transactionalIds: [falsework.native.order-changed.1]}
`

/** Registered into live, with ten events, which the new service tells as well: those that `edit` gives. */
async function published(edit: (record: TopicRecord, at: number) => readonly TopicRecord[] = (one) => [one]) {
  const bench = installation()
  await fillRawLog(bench, 0, 1)
  bench.kafka.cluster.createTopic(native, 6)
  const project = await benchProject()
  const migrations = [{ path: 'migrations/orders.yaml', text: migration }]
  await bench.register({ ...project, texts: { ...project.texts, migrations } }, { stage: 'live' })
  const { daemon, stop } = start(bench)
  await reached(daemon, translated(10))
  await stop()
  await mirror(bench, edit)
  return bench
}

async function mirror({ kafka }: Installation, edit: (record: TopicRecord, at: number) => readonly TopicRecord[]) {
  const options = { from: 'beginning', follow: false, signal: new AbortController().signal } as const
  let at = 0
  for await (const record of kafka.topicReader.read(bridge, options)) {
    for (const { partition, key, value, headers } of edit(record, at++)) {
      kafka.cluster.append(native, { partition, key, value, headers: [...headers] })
    }
  }
}

/** With another first letter of the order's id, which stands at the front of the value. */
function spoilt(record: TopicRecord): TopicRecord {
  const value = Buffer.from(record.value ?? Buffer.of())
  value[6] = (value[6] ?? 0) === 0x39 ? 0x38 : 0x39
  return { ...record, value }
}

const command = async ({ kafka }: Installation, ...parameters: string[]): Promise<Ran> =>
  await falsework(['migrate', ...parameters], { ports: () => ({ kafka }) })

const parity = async (bench: Installation, ...options: string[]): Promise<Ran> =>
  await command(bench, 'parity', 'order-changed', ...options)

async function inParity(bench: Installation): Promise<Installation> {
  expect((await command(bench, 'promote', 'order-changed', '--to', 'parity')).code).toBe(0)
  return bench
}

/** Of nine pairs that match, and of the first two records of one partition, whose ids differ. */
async function told(bench: Installation, change: Partial<ParityReport> = {}): Promise<Installation> {
  const ranges = await bench.kafka.topicReader.range(bridge)
  const partition = ranges.findIndex(({ end }) => end > 0)
  const atMs = Date.now()
  const verdict = { outcome: 'match', type: 'OrderChanged', aggregate: '1', atMs, firstMs: atMs, causes: [] } as const
  const [onBridge, onNative] = [ranges[partition], (await bench.kafka.topicReader.range(native))[partition]]
  const places = {
    bridge: { partition, offset: onBridge?.first ?? 0 },
    native: { partition, offset: onNative?.first ?? 0 },
  }
  const verdicts: readonly Verdict[] = [
    ...Array.from({ length: 9 }, () => ({ ...verdict, places })),
    { ...verdict, places, outcome: 'field-mismatch', causes: [{ path: 'orderId', what: 'another number' }] },
  ]
  const { end } = await readRegistry(bench.kafka.openControlLog)
  const report: ParityReport = {
    mapping: 'order-changed',
    version: 'v1',
    word: end - 1,
    topics: { bridge, native },
    atMs,
    sinceMs: atMs - 1_000,
    judgedMs: atMs,
    pendingSinceMs: null,
    stalled: null,
    wrongPartitions: 0,
    tally: tallied(emptyTally, verdicts),
    ...change,
  }
  await bench.kafka.appendRecord(names.parity, { key: Buffer.from('order-changed'), value: encodeParityReport(report) })
  return bench
}

const spoiltReport = async (change: Partial<ParityReport> = {}): Promise<Installation> =>
  await told(await inParity(await published((record) => [spoilt(record)])), change)

describe('falsework migrate parity', () => {
  it('shows outcomes, causes, and the gates that they answer', async () => {
    const { code, out, err } = await parity(await spoiltReport())
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/\nEVENT +MATCH +FIELD-MISMATCH\nOrderChanged +9 +1\n/)
    expect(out).toMatch(/\n +1 +\S+Z +\S+Z +OrderChanged field-mismatch orderId: another number\n/)
    expect(out).toMatch(/\nGATE +VERDICT +NOW\nparity +failed +1 field-mismatch beside 9 that match\n/)
    expect(out).toMatch(/\nevents +passed +enough of 1 types\n/)
  })

  it('has with --check an exit code of its own while something is unexplained', async () => {
    const bench = await spoiltReport()
    expect((await parity(bench, '--check')).code).toBe(1)
    expect((await parity(await told(bench, { tally: emptyTally }), '--check')).code).toBe(0)
  })

  it('gives as JSON the pair behind a cause, its values masked', async () => {
    const { out } = await parity(await spoiltReport(), '-o', 'json')
    const { kind, items } = JSON.parse(out) as { kind: string; items: { causes: { sample: object }[] }[] }
    expect(kind).toBe('Parity')
    const sample = { bridge: { kind: 'record' }, native: { kind: 'record' } }
    expect(items[0]?.causes[0]?.sample).toMatchObject(sample)
    const rows = (items[0]?.causes[0]?.sample as { rows: object[] }).rows
    expect(rows).toContainEqual({ path: 'orderId', bridge: 'text of 1', native: 'text of 1', differs: true })
  })

  it('writes the same as a page and as data, with values where that is asked', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parity-'))
    cpSync(join(repository, 'bench', 'project'), folder, { recursive: true })
    const { kafka } = await spoiltReport()
    const read = (path: string): string => readFileSync(join(folder, path), 'utf8')
    const files = ['--html', 'parity.html', '--json', 'parity.json', '--show-values']
    const ran = await falsework(['migrate', 'parity', 'order-changed', ...files], { folder, ports: () => ({ kafka }) })
    expect([ran.code, ran.err]).toEqual([0, 'parity.html is written\nparity.json is written\n'])
    expect(read('parity.html')).toMatch(/class="differs"><th scope="row">orderId<\/th><td>&#34;\d/)
    expect(JSON.parse(read('parity.json'))).toMatchObject({
      mapping: 'order-changed',
      values: 'shown',
    })
  })

  it('says of a record that its topic does not hold any more, that it is gone', async () => {
    const gone = { partition: 5, offset: 999 }
    const cause = { name: 'c', count: 1, firstMs: 0, lastMs: 0, sample: { bridge: gone, native: null } }
    const bench = await spoiltReport({ tally: { ...emptyTally, causes: { c: cause } } })
    const { out } = await parity(bench, '-o', 'json')
    expect(JSON.parse(out)).toMatchObject({
      items: [{ causes: [{ sample: { bridge: { kind: 'gone', ...gone }, native: { kind: 'none' }, rows: [] } }] }],
    })
  })

  it('names a report that nobody has renewed, with its age', async () => {
    const { err } = await parity(await spoiltReport({ atMs: Date.now() - 600_000 }))
    expect(err).toBe('warning: the report is 10 min old: no daemon compares now\nnext: falsework status\n')
  })

  it('leads to the stage where nothing is compared, and to the daemon where nothing was told yet', async () => {
    const bench = await published()
    const before = await parity(bench, '--check')
    expect([before.code, before.err]).toEqual([1, expect.stringContaining('no scope of it is in parity')])
    expect(before.err).toContain('next: falsework migrate promote order-changed --to parity')
    const { code, err } = await parity(await inParity(bench))
    expect([code, err]).toEqual([0, expect.stringContaining('is a daemon running?')])
  })
})

describe('falsework migrate parity --anew', () => {
  it('has the comparison begin anew, and says of the report that it is of an earlier one', async () => {
    const bench = await spoiltReport()
    const { code, out } = await parity(bench, '--anew', '--reason', 'the bug is mended')
    expect([code, out]).toEqual([0, expect.stringContaining('anew, with the events from now on')])
    const { anew } = await readRegistry(bench.kafka.openControlLog)
    expect(anew.get('order-changed')?.record).toMatchObject({ reason: 'the bug is mended' })
    expect((await parity(bench)).err).toContain('has begun anew since')
  })

  it('is refused without a reason, and where nothing is compared', async () => {
    const bench = await published()
    const silently = await parity(bench, '--anew')
    expect([silently.code, silently.err]).toEqual([64, expect.stringContaining('--anew needs --reason')])
    const early = await parity(bench, '--anew', '--reason', 'x')
    expect([early.code, early.err]).toEqual([1, expect.stringContaining('TRANSITION_REFUSED')])
  })
})

describe('a daemon that compares', () => {
  it('tells of what it finds, pair for pair', async () => {
    const bench = await inParity(await published(() => []))
    const { openComparisonLease, newTopicReader, appendRecord } = bench.kafka
    const ports = { openComparisonLease, openParityStore: memoryParityStores(), topicReader: newTopicReader() }
    const comparisons = new Comparisons({
      ...ports,
      names,
      appendRecord,
      clock: systemClock,
      log: silent,
      metrics: uncounted,
    })
    const { daemon } = start(bench, { comparisons })
    await fillRawLog(bench, 1, 2)
    await reached(daemon, translated(10))
    await mirror(bench, (record, at) => [at === 19 ? spoilt(record) : record])
    const { causes } = await comparedIn(bench)
    expect(causes).toMatchObject([{ sample: { bridge: { kind: 'record' }, native: { kind: 'record' } } }])
  })
})

interface Compared {
  readonly causes: readonly object[]
}

/** As soon as a cause is told of. */
async function comparedIn(bench: Installation): Promise<Compared> {
  for (;;) {
    const { out } = await parity(bench, '-o', 'json')
    const { items } = JSON.parse(out) as { items: readonly Compared[] }
    if (items[0] !== undefined && items[0].causes.length > 0) return items[0]
    await systemClock.sleep(50)
  }
}
