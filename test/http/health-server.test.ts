import { describe, expect, it, onTestFinished } from 'vitest'
import type { DaemonState } from '../../src/app/translate/daemon.ts'
import { nothingYet, type SourceReport, tellState } from '../../src/app/translate/source-state.ts'
import { born, type Happening, step } from '../../src/core/delivery/source-life.ts'
import { type HealthServer, serveHealth } from '../../src/http/health-server.ts'

const following: DaemonState = { phase: 'following', trouble: null, unread: null }
const starting: DaemonState = {
  phase: 'starting',
  trouble: { code: 'KAFKA_UNREACHABLE', message: 'the registry log was not read yet' },
  unread: null,
}

/** A source behind these happenings. */
function source(name: string, ...happenings: readonly Happening[]): SourceReport {
  const life = happenings.reduce((before, happening) => step(before, happening, 0).life, born(0))
  return {
    source: name,
    state: tellState(life, 0),
    next: null,
    registryOffset: 0,
    counts: nothingYet,
    skipped: [],
    lastCommitMs: null,
    rows: null,
    audited: null,
  }
}

const standby = source('shop', { kind: 'prepared' })
const running = source('shop', { kind: 'prepared' }, { kind: 'granted' }, { kind: 'opened' })
const opening = source('shop', { kind: 'prepared' }, { kind: 'granted' })
const withoutRight = source(
  'shop',
  { kind: 'prepared' },
  { kind: 'refused', failure: { code: 'NOT_AUTHORISED', message: 'no right on the group' } },
)
const halted = source(
  'crm',
  { kind: 'prepared' },
  { kind: 'granted' },
  {
    kind: 'failed',
    failure: { code: 'RAW_GAP', message: 'gone', disposition: 'halt', scope: 'source', position: null, alone: null },
  },
)

async function serve(daemon: DaemonState, ...reports: readonly SourceReport[]): Promise<HealthServer> {
  const metrics = async (): Promise<string> => await Promise.resolve('falsework_build_info 1\n')
  const server = await serveHealth(
    { host: '127.0.0.1', port: 0 },
    { daemon: () => daemon, reports: () => reports, metrics },
  )
  onTestFinished(async () => await server.close())
  return server
}

async function ask(url: string, path: string): Promise<readonly [number, string]> {
  const response = await fetch(new URL(path, url))
  return [response.status, await response.text()]
}

describe('readiness', () => {
  it.each([
    [
      'before Kafka was reached',
      starting,
      [],
      503,
      'waiting for Kafka: KAFKA_UNREACHABLE: the registry log was not read yet\n',
    ],
    ['without any source', following, [], 200, 'no sources\n'],
    ['while a source runs', following, [running], 200, 'shop running\n'],
    ['while another instance does the work', following, [standby], 200, 'shop waiting\n'],
    ['while a source is being opened', following, [opening], 503, 'shop opening\n'],
    ['while the lease cannot be had', following, [withoutRight], 503, 'shop waiting NOT_AUTHORISED\n'],
    ['while one of two is halted', following, [running, halted], 503, 'shop running\ncrm halted RAW_GAP\n'],
  ] as const)('%s', async (...[, daemon, reports, status, body]) => {
    const { url } = await serve(daemon, ...reports)
    expect(await ask(url, '/readyz')).toEqual([status, body])
    expect(await ask(url, '/healthz')).toEqual([status, body])
    expect(await ask(url, '/livez')).toEqual([200, 'ok\n'])
  })
})

describe('the health server', () => {
  it('tells the state of the daemon and of each source, with the remedy', async () => {
    const { url } = await serve(following, halted)
    const [status, body] = await ask(url, '/status')
    expect(status).toBe(200)
    expect(JSON.parse(body)).toMatchObject({
      kind: 'SourceReports',
      daemon: following,
      items: [
        {
          source: 'crm',
          state: {
            phase: 'halted',
            sound: false,
            code: 'RAW_GAP',
            remedy: expect.stringContaining('retention') as unknown,
            scope: 'source',
            againInMs: 10_000,
          },
        },
      ],
    })
  })

  it('renders the metrics', async () => {
    const { url } = await serve(following)
    expect(await ask(url, '/metrics')).toEqual([200, 'falsework_build_info 1\n'])
  })

  it('knows no other path and takes no other method', async () => {
    const { url } = await serve(following)
    expect((await ask(url, '/'))[0]).toBe(404)
    expect((await fetch(new URL('/livez', url), { method: 'POST' })).status).toBe(405)
  })

  it('names an address that is taken', async () => {
    const { url } = await serve(following)
    const { hostname, port } = new URL(url)
    const facts = { daemon: () => following, reports: () => [], metrics: async () => await Promise.resolve('') }
    await expect(serveHealth({ host: hostname, port: Number(port) }, facts)).rejects.toMatchObject({
      code: 'ADDRESS_UNAVAILABLE',
      message: expect.stringContaining(`${hostname}:${port}`) as unknown,
    })
  })
})
