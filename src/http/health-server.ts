/** The daemon's HTTP face: /livez, /readyz, /metrics and /status, read-only, on a loopback address by default. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brand } from '../brand.ts'
import type { SourceReport } from '../app/translate/source-state.ts'

export interface HealthFacts {
  /** Reports of all sources that this process works on or waits for. */
  readonly reports: () => readonly SourceReport[]
  /** Prometheus text. */
  readonly metrics: () => Promise<string>
}

export interface HealthServer {
  readonly url: string
  close(): Promise<void>
}

/** A source is ready when it runs, or when another instance does the work; a halted one is not. */
const isReady = (report: SourceReport): boolean => report.state.phase === 'running' || report.state.phase === 'waiting'

/** Serves until closed. Rejects with the system's error when the address is taken. */
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
    server.once('error', reject)
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
      return readiness(facts.reports())
    case '/status': {
      const envelope = { apiVersion: brand.apiVersion, kind: 'SourceReports', items: facts.reports() }
      return { status: 200, body: JSON.stringify(envelope), type: 'application/json' }
    }
    case '/metrics':
      return { status: 200, body: await facts.metrics(), type: 'text/plain; version=0.0.4' }
    default:
      return { status: 404, body: 'there is /livez, /readyz, /metrics and /status\n' }
  }
}

function readiness(reports: readonly SourceReport[]): Answer {
  const lines = reports.map((report) => `${report.source} ${report.state.phase}\n`).join('')
  return { status: reports.every(isReady) ? 200 : 503, body: lines === '' ? 'no sources\n' : lines }
}
