/** Kafka Connect's REST interface in front of connectors in memory, with the answers that the real one was seen to give. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MemoryConnect } from '../../../src/adapters/connect/memory-connect.ts'
import type { StoredOffset } from '../../../src/core/capture/connector/stored-offset.ts'
import type { ConnectorConfig } from '../../../src/ports/connect/connector-admin.ts'

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
  const memory = new MemoryConnect()
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

async function serve(memory: MemoryConnect, request: IncomingMessage): Promise<Answer> {
  const { pathname } = new URL(request.url ?? '', 'http://connect')
  const [, , name = '', kind] = pathname.split('/').map(decodeURIComponent)
  const { method = 'GET' } = request
  if (method === 'POST' && name === '') {
    const created = (await bodyOf(request)) as { readonly name: string; readonly config: ConnectorConfig }
    return await apply(memory, created.name, created.config)
  }
  if (method === 'PUT' && kind === 'config')
    return await apply(memory, name, (await bodyOf(request)) as ConnectorConfig)
  const present = await memory.config(name)
  if (present === null) return { status: 404, body: { error_code: 404, message: `Connector ${name} not found` } }
  switch (`${method} ${kind ?? ''}`) {
    case 'GET config':
      return { status: 200, body: present }
    case 'GET offsets':
      return { status: 200, body: { offsets: await memory.read(name) } }
    case 'PATCH offsets':
      return await alterOffsets(memory, name, request)
    case 'PUT stop':
      await memory.stop(name)
      return { status: 202, body: '' }
    case 'PUT resume':
      await memory.resume(name)
      return { status: 202, body: '' }
    case 'DELETE ':
      await memory.remove(name)
      return { status: 204, body: '' }
    case 'POST restart':
      return { status: 202, body: {} }
    default: {
      const status = await memory.status(name)
      return { status: 200, body: { name, connector: { state: status?.state }, tasks: status?.tasks } }
    }
  }
}

async function alterOffsets(memory: MemoryConnect, name: string, request: IncomingMessage): Promise<Answer> {
  const { offsets } = (await bodyOf(request)) as { readonly offsets: readonly StoredOffset[] }
  try {
    await memory.write(name, offsets)
    return { status: 200, body: { message: 'The offsets for this connector have been altered successfully' } }
  } catch {
    const message = 'Connectors must be in the STOPPED state before their offsets can be modified'
    return { status: 400, body: { error_code: 400, message } }
  }
}

async function apply(memory: MemoryConnect, name: string, config: ConnectorConfig): Promise<Answer> {
  try {
    return { status: (await memory.apply(name, config)) === 'created' ? 201 : 200, body: { name, config } }
  } catch {
    const quoted = Object.entries(config).map(([key, value]) => `${key}=${value}`)
    const message = `Connector config {${quoted.join(', ')}} contains no connector type`
    return { status: 400, body: { error_code: 400, message } }
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as unknown
}
