/** A schema registry's REST interface in front of the one in memory, with answers and faults as real servers have them. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MemorySchemaRegistry } from '../../../src/adapters/schema-registry/memory-schema-registry.ts'
import type { RegisterSchema } from '../../../src/ports/schema-registry.ts'

export interface RegistryServer {
  readonly url: string
  /** Requests as `METHOD path`, in order. */
  readonly requests: readonly string[]
  /** The authorization headers that were sent. */
  readonly authorizations: readonly (string | undefined)[]
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** `answer` overrides what the server says; null leaves it to the registry. */
export async function registryServer(
  answer: (path: string) => Answer | null | 'hang' = () => null,
): Promise<RegistryServer> {
  const memory = new MemorySchemaRegistry()
  const modes = new Map<string, RegisterSchema['compatibility']>()
  const requests: string[] = []
  const authorizations: (string | undefined)[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const path = (request.url ?? '').replace('/registry', '')
      requests.push(`${request.method ?? ''} ${path}`)
      authorizations.push(request.headers.authorization)
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks).toString()
      const given = answer(path)
      if (given === 'hang') return
      const { status, body: json } = given ?? (await serve({ memory, modes, path, body }))
      response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' })
      response.end(typeof json === 'string' ? json : JSON.stringify(json))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/registry`,
    requests,
    authorizations,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Request {
  readonly memory: MemorySchemaRegistry
  readonly modes: Map<string, RegisterSchema['compatibility']>
  readonly path: string
  readonly body: string
}

async function serve({ memory, modes, path, body }: Request): Promise<Answer> {
  const [, kind, first = '', third, version] = path.split('/').map(decodeURIComponent)
  const json = (body === '' ? {} : JSON.parse(body)) as {
    compatibility: RegisterSchema['compatibility']
    schema: string
  }
  if (kind === 'config') {
    modes.set(first, json.compatibility)
    return { status: 200, body: { compatibility: json.compatibility } }
  }
  if (kind === 'schemas') {
    const schema = await memory.byId(Number(third))
    return schema === null ? { status: 404, body: { error_code: 40403 } } : { status: 200, body: { schema } }
  }
  if (body === '') {
    const versions = await memory.versions(first)
    if (versions.length === 0) return { status: 404, body: { error_code: 40401, message: 'Subject not found.' } }
    if (version === undefined) return { status: 200, body: versions.map((each) => each.version) }
    return { status: 200, body: { subject: first, ...versions[Number(version) - 1] } }
  }
  const compatibility = modes.get(first)
  if (compatibility === undefined)
    return { status: 500, body: { message: 'the promise was not set before registering' } }
  try {
    const { id } = await memory.register({ subject: first, schema: json.schema, compatibility })
    return { status: 200, body: { id } }
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const status = message.includes('not JSON') ? 422 : 409
    return { status, body: { error_code: status, message } }
  }
}
