/** The daemon's HTTP face: /livez, /readyz, /metrics and /status, read-only, on a loopback address by default. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brand } from '../brand.ts'
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import type { DaemonState } from '../app/translate/daemon.ts'
import type { SourceReport } from '../app/translate/source-state.ts'

export interface HealthFacts {
  readonly daemon: () => DaemonState
  /** Reports of all sources that this process works on or waits for. */
  readonly reports: () => readonly SourceReport[]
  /** Prometheus text. */
  readonly metrics: () => Promise<string>
}

export interface HealthServer {
  readonly url: string
  close(): Promise<void>
}

/** What `/status` answers. */
export interface DaemonReport {
  readonly apiVersion: string
  readonly kind: 'SourceReports'
  readonly daemon: DaemonState
  readonly items: readonly SourceReport[]
}

/** Serves until closed. Raises `ADDRESS_UNAVAILABLE`. */
export async function serveHealth(
  address: { readonly host: string; readonly port: number },
  facts: HealthFacts,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(request, facts).then(
      ({ status, body, type }) => {
        response.writeHead(status, { 'content-type': type ?? 'text/plain', 'cache-control': 'no-store' })
        response.end(body)
      },
      () => response.destroy(),
    )
  })
  // A health check never takes long; a client that dawdles must not hold a socket.
  server.requestTimeout = 5_000
  server.headersTimeout = 5_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const where = `${address.host}:${address.port}`
      reject(new FalseworkError('ADDRESS_UNAVAILABLE', `cannot listen on ${where}: ${cause.message}`, { cause }))
    })
    server.listen(address.port, address.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${address.host}:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly type?: string
}

async function answer(request: IncomingMessage, facts: HealthFacts): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, body: 'only GET\n' }
  switch (new URL(request.url ?? '/', 'http://localhost').pathname) {
    case '/livez':
      return { status: 200, body: 'ok\n' }
    case '/readyz':
    case '/healthz':
      return readiness(facts)
    case '/status': {
      const [daemon, items] = [facts.daemon(), facts.reports()]
      const report: DaemonReport = { apiVersion: brand.apiVersion, kind: 'SourceReports', daemon, items }
      return { status: 200, body: JSON.stringify(report), type: 'application/json' }
    }
    case '/metrics':
      return { status: 200, body: await facts.metrics(), type: 'text/plain; version=0.0.4' }
    default:
      return { status: 404, body: 'there is /livez, /readyz, /metrics and /status\n' }
  }
}

/** Ready means that nothing is for a person to do: each source works here, or another instance works on it. */
function readiness({ daemon, reports }: HealthFacts): Answer {
  const { trouble, unread } = daemon()
  if (trouble !== null) return { status: 503, body: `waiting for Kafka: ${trouble.code}: ${trouble.message}\n` }
  if (unread !== null) return { status: 503, body: `the registry log: ${unread.code}: ${unread.message}\n` }
  const sources = reports()
  const lines = sources.map(
    ({ source, state }) => `${source} ${state.phase}${state.code === null ? '' : ` ${state.code}`}\n`,
  )
  return { status: sources.every(({ state }) => state.sound) ? 200 : 503, body: lines.join('') || 'no sources\n' }
}
