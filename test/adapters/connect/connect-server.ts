/** Kafka Connect's REST interface in front of connectors in memory, with the answers that the real one was seen to give. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MemoryConnectorAdmin } from '../../../src/adapters/connect/memory-connector-admin.ts'
import type { ConnectorConfig } from '../../../src/ports/connector-admin.ts'

interface Answer {
  readonly status: number
  readonly body: unknown
}

export interface ConnectServer {
  readonly url: string
  readonly requests: readonly string[]
  close(): Promise<void>
}

/** `answer` overrides what the server says; null leaves it to the connectors. */
export async function connectServer(
  answer: (request: string) => Answer | null | 'hang' = () => null,
): Promise<ConnectServer> {
  const memory = new MemoryConnectorAdmin()
  const requests: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const line = `${request.method ?? ''} ${request.url ?? ''}`
      requests.push(line)
      const given = answer(line) ?? (await serve(memory, request))
      if (given === 'hang') return
      response.writeHead(given.status, { 'content-type': 'application/json' })
      response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function serve(memory: MemoryConnectorAdmin, request: IncomingMessage): Promise<Answer> {
  const { pathname } = new URL(request.url ?? '', 'http://connect')
  const [, , name = '', kind] = pathname.split('/').map(decodeURIComponent)
  const present = await memory.config(name)
  if (request.method === 'PUT') return await apply(memory, name, await bodyOf(request))
  if (present === null) return { status: 404, body: { error_code: 404, message: `Connector ${name} not found` } }
  if (kind === 'config') return { status: 200, body: present }
  if (kind === 'restart') return { status: 202, body: {} }
  const status = await memory.status(name)
  return { status: 200, body: { name, connector: { state: status?.state }, tasks: [{ id: 0, state: 'RUNNING' }] } }
}

async function apply(memory: MemoryConnectorAdmin, name: string, config: ConnectorConfig): Promise<Answer> {
  try {
    return { status: (await memory.apply(name, config)) === 'created' ? 201 : 200, body: { name, config } }
  } catch {
    const quoted = Object.entries(config).map(([key, value]) => `${key}=${value}`)
    const message = `Connector config {${quoted.join(', ')}} contains no connector type`
    return { status: 400, body: { error_code: 400, message } }
  }
}

async function bodyOf(request: IncomingMessage): Promise<ConnectorConfig> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as ConnectorConfig
}
