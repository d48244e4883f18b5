import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MemorySchemaRegistry } from '../../../src/adapters/schema-registry/memory-schema-registry.ts'
import { restSchemaRegistry } from '../../../src/adapters/schema-registry/rest-schema-registry.ts'
import { schemaRegistryContract } from '../../contract/schema-registry.ts'
import { type RegistryServer, registryServer } from './registry-server.ts'

const requestTimeoutMs = 5_000
let count = 0
const newSubject = () => `orders.v1-com.acme/Paid ${count++}`

describe('the schema registry in memory', () => {
  schemaRegistryContract(() => new MemorySchemaRegistry(), newSubject)
})

describe('the REST client of a schema registry', () => {
  let server: RegistryServer
  beforeAll(async () => {
    server = await registryServer()
  })
  afterAll(async () => await server.close())

  schemaRegistryContract(() => restSchemaRegistry({ url: `${server.url}/`, requestTimeoutMs }), newSubject)

  it('sets the promise of the subject before it registers', async () => {
    const subject = 'a/b'
    const registry = restSchemaRegistry({ url: server.url, requestTimeoutMs })
    await registry.register({
      subject,
      schema: '{"type":"record","name":"A","fields":[]}',
      compatibility: 'FULL_TRANSITIVE',
    })
    expect(server.requests.slice(-2)).toEqual(['PUT /config/a%2Fb', 'POST /subjects/a%2Fb/versions'])
  })

  it('takes credentials from the address, and shows them to nobody but the server', async () => {
    const url = server.url.replace('://', '://ann:p%40ss@')
    const registry = restSchemaRegistry({ url, requestTimeoutMs })
    const schema = '{"type":"record","name":"B","fields":[]}'
    const registered = await registry.register({ subject: 'b', schema, compatibility: 'FULL_TRANSITIVE' })
    expect(server.authorizations.at(-1)).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`)
    expect(registered.url).toBe(`${server.url}/schemas/ids/${registered.id}`)
  })
})

describe('a schema registry that does not answer as one', () => {
  it('is told from an empty one by its codes, and its path is asked for', async () => {
    const server = await registryServer((path) =>
      path.startsWith('/subjects') ? { status: 404, body: { error_code: 40401 } } : { status: 404, body: '' },
    )
    const registry = restSchemaRegistry({ url: server.url, requestTimeoutMs })
    expect(await registry.versions('a')).toEqual([])
    await expect(registry.byId(1)).rejects.toThrow(/registry\.url lacks its path.*\/apis\/ccompat\/v7/)
    await server.close()
  })

  const faults = [
    ['says that it is broken', { status: 500, body: { message: 'Error in the backend' } }, 'REGISTRY_UNREACHABLE'],
    ['is some other server', { status: 200, body: '<html>' }, 'REGISTRY_UNREACHABLE'],
    ['answers with another shape', { status: 200, body: { hello: 1 } }, 'REGISTRY_UNREACHABLE'],
    ['has another path', { status: 404, body: '<html>' }, 'REGISTRY_UNREACHABLE'],
    ['says HTTP 404', { status: 404, body: { error_code: 404, message: 'HTTP 404' } }, 'REGISTRY_UNREACHABLE'],
    ['does not answer in time', 'hang', 'REGISTRY_UNREACHABLE'],
    ['wants a password', { status: 401, body: {} }, 'NOT_AUTHORISED'],
    ['forbids it', { status: 403, body: {} }, 'NOT_AUTHORISED'],
  ] as const
  it.each(faults)('is named when it %s', async (_what, answer, code) => {
    const server = await registryServer(() => answer)
    const registry = restSchemaRegistry({ url: server.url, requestTimeoutMs: 200 })
    await expect(registry.versions('a')).rejects.toMatchObject({ code })
    await expect(registry.byId(1)).rejects.toMatchObject({ code })
    await server.close()
    await expect(registry.versions('a')).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' })
  })

  it('is told apart when it is slow and when it is not there', async () => {
    const slow = await registryServer(() => 'hang')
    const at = `no answer from the schema registry at ${slow.url}`
    const registry = restSchemaRegistry({ url: slow.url, requestTimeoutMs: 200 })
    await expect(registry.byId(1)).rejects.toMatchObject({ message: `${at} within 0.2 s` })
    await slow.close()
    await expect(registry.byId(1)).rejects.toMatchObject({ message: `${at} (ECONNREFUSED)` })
  })

  it('is refused when its address is none', () => {
    expect(() => restSchemaRegistry({ url: 'registry', requestTimeoutMs })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })
})
