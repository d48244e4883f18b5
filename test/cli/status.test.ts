/** What `falsework status` asks a daemon for, and its exit code with --check. */
import { describe, expect, it, onTestFinished } from 'vitest'
import type { DaemonState } from '../../src/app/translate/daemon.ts'
import { nothingYet, type SourceReport, tellState } from '../../src/app/translate/source-state.ts'
import { born, type Happening, step } from '../../src/core/delivery/source-life.ts'
import type { ControlRecord } from '../../src/core/registry/control-record.ts'
import { encodeControlRecord } from '../../src/core/registry/control-record-json.ts'
import { serveHealth } from '../../src/http/health-server.ts'
import { benchProject, installation, names } from '../app/bench-project.ts'
import { audited } from '../core/registry/records.ts'
import { falsework } from './in-process.ts'

const following: DaemonState = { phase: 'following', trouble: null, unread: null }
const starting: DaemonState = { ...following, trouble: { code: 'KAFKA_UNREACHABLE', message: 'no answer' } }

const running: readonly Happening[] = [{ kind: 'prepared' }, { kind: 'granted' }, { kind: 'opened' }]
const halting: Happening = {
  kind: 'failed',
  failure: {
    code: 'RAW_GAP',
    message: 'the raw log starts at 70',
    disposition: 'halt',
    scope: 'source',
    position: 3,
    alone: null,
  },
}

function report(...happenings: readonly Happening[]): SourceReport {
  const life = happenings.reduce((before, happening) => step(before, happening, 0).life, born(0))
  return {
    source: 'bench',
    state: tellState(life, 0),
    next: 3,
    registryOffset: 2,
    counts: nothingYet,
    skipped: [],
    lastCommitMs: null,
    rows: null,
    audited: null,
  }
}

/** `daemon` null: none answers. */
async function status(daemon: DaemonState | null, reports: readonly SourceReport[], ...parameters: string[]) {
  return await statusBehind([], { daemon, reports, parameters })
}

/** With these records at the end of the registry log. */
async function statusBehind(
  records: readonly ControlRecord[],
  {
    daemon,
    reports,
    parameters = [],
  }: {
    readonly daemon: DaemonState | null
    readonly reports: readonly SourceReport[]
    readonly parameters?: readonly string[]
  },
) {
  const { kafka, register } = installation()
  await register(await benchProject())
  for (const record of records) kafka.cluster.append(names.registry, { key: null, value: encodeControlRecord(record) })
  if (parameters.includes('--foreign')) kafka.cluster.append(names.registry, { key: null, value: Buffer.from('hello') })
  const metrics = async (): Promise<string> => await Promise.resolve('')
  const facts = { daemon: () => daemon ?? following, reports: () => reports, metrics }
  const server = await serveHealth({ host: '127.0.0.1', port: 0 }, facts)
  onTestFinished(async () => await server.close())
  if (daemon === null) await server.close()
  return await falsework(['status', ...parameters.filter((parameter) => parameter !== '--foreign')], {
    environment: { FALSEWORK_DAEMON_URL: server.url, FALSEWORK_CONNECT_URL: 'http://127.0.0.1:1' },
    ports: () => ({ kafka }),
  })
}

describe('falsework status', () => {
  it('counts inputs that were skipped by mapping, and by class for programs', async () => {
    const skipped = [
      { mapping: 'order-changed', class: 'badDate', inputs: 2 },
      { mapping: 'order-changed', class: 'decode', inputs: 3 },
      { mapping: 'order-placed', class: 'badDate', inputs: 1 },
    ]
    const reports = [{ ...report(...running), skipped }]
    expect((await status(following, reports)).out).toMatch(/ SKIPPED .*\n.* order-changed 5 order-placed 1 /)
    const { items } = JSON.parse((await status(following, reports, '-o', 'json')).out) as { items: readonly object[] }
    expect(items).toMatchObject([{ skipped }])
    expect((await status(null, [])).out).toMatch(/ DEAD LETTERS +SKIPPED .*\n.* - +- +order-changed\n$/)
  })
})

describe('falsework status --check', () => {
  it.each([
    ['is done when every source runs', following, [report(...running)], 0],
    ['is done when another instance works', following, [report({ kind: 'prepared' })], 0],
    ['is degraded when a source is halted', following, [report(...running, halting)], 2],
    ['is degraded while a source is opened', following, [report(...running.slice(0, 2))], 2],
    ['is degraded when the daemon has not reached Kafka', starting, [], 2],
    ['is degraded when the daemon does not know the source yet', following, [], 2],
    ['is degraded when no daemon answers', null, [], 2],
  ] as const)('%s', async (...[, daemon, reports, code]) => {
    expect((await status(daemon, reports, '--check')).code).toBe(code)
    expect((await status(daemon, reports)).code).toBe(0)
  })

  it('is degraded when the registry log has a record that cannot be read', async () => {
    const { code, err } = await status(following, [report(...running)], '--check', '--foreign')
    expect(err).toContain('REGISTRY_RECORD_INVALID')
    expect(code).toBe(2)
  })
})

describe('falsework status', () => {
  it('names what halts a source, the remedy, and when it is looked at again', async () => {
    const { out, err } = await status(following, [report(...running, halting)])
    expect(out).toMatch(/bench +halted RAW_GAP/)
    expect(err).toContain('next: bench RAW_GAP: the raw log starts at 70')
    expect(err).toContain('tried again in 10 s, or when the registry log moves')
  })

  it('says so when no daemon answers, and why one has nothing to say', async () => {
    expect((await status(null, [])).err).toContain('no daemon answers at http://127.0.0.1:')
    expect((await status(starting, [])).err).toContain('the daemon waits for Kafka: KAFKA_UNREACHABLE: no answer')
  })

  it('says what the last audit has found, and when', async () => {
    const shown = async (differences: number) => {
      const record = { ...audited(`audit ${differences}`, 0, differences, 'bench'), atMs: Date.now() - 3 * 3_600_000 }
      return await statusBehind([record], { daemon: following, reports: [report(...running)] })
    }
    expect((await status(following, [report(...running)])).out).toMatch(/AUDIT[^]*^bench .* - /m)
    expect((await shown(0)).out).toContain(' clean, 12 rows of 1 tables, 3 h ago ')
    const { out, err } = await shown(7)
    expect(out).toContain(' 7 differences, 3 h ago ')
    expect(err).toContain('warning: bench: the last audit has found 7 differences in public.orders; see docs/audit.md')
  })

  it('counts the rows that are kept, and while they are read again says why, from where and how far', async () => {
    const rows = { position: 3, entries: 4_120, bytes: 1_310_720, bringing: null, awaited: [] }
    expect((await status(following, [{ ...report(...running), rows }])).out).toMatch(
      /ROWS[^]*^bench +running .* 4120 /m,
    )
    const bringing = {
      kind: 'catch-up',
      why: 'it is behind the checkpoint',
      from: 2,
      to: 12,
      position: 7,
      percent: 50,
    } as const
    const opening = { ...report(...running.slice(0, 2)), rows: { ...rows, bringing } }
    const { out, err } = await status(following, [opening])
    expect(out).toMatch(/^bench +opening .* catch-up 50% /m)
    expect(err).toContain(
      'bench: the row store is read on from the raw log, since it is behind the checkpoint: at 7 of 2 to 12 (50%)',
    )
    const { items } = JSON.parse((await status(following, [opening], '-o', 'json')).out) as { items: unknown[] }
    expect(items).toMatchObject([{ rows: { entries: 4_120, bringing } }])
  })

  it('names the mappings that wait for rows, the tables, and the command that asks for a snapshot of them', async () => {
    const awaited = [{ mapping: 'orders', tables: ['public.carriers'] }]
    const rows = { position: 3, entries: 4, bytes: 4_096, bringing: null, awaited }
    const { err } = await status(following, [{ ...report(...running), rows }])
    expect(err).toContain(
      'bench: mapping orders translates nothing yet: no snapshot has shown all rows of public.carriers',
    )
    expect(err).toContain('`falsework connector snapshot bench public.carriers`')
  })

  it('gives programs the state field by field', async () => {
    const { out } = await status(following, [report(...running, halting)], '-o', 'json')
    expect(JSON.parse(out)).toMatchObject({
      kind: 'SourceStatus',
      items: [{ source: 'bench', state: 'halted', sound: false, code: 'RAW_GAP', againInMs: 10_000 }],
    })
  })
})
