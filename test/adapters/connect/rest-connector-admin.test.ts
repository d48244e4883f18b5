import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectAnswersWithinMs } from '../../../src/adapters/connect/connect-client.ts'
import { MemoryConnect } from '../../../src/adapters/connect/memory-connect.ts'
import { restConnectorAdmin } from '../../../src/adapters/connect/rest-connector-admin.ts'
import { restConnectorOffsets } from '../../../src/adapters/connect/rest-connector-offsets.ts'
import type { Clock } from '../../../src/ports/clock-log-metrics.ts'
import { connectorAdminContract } from '../../contract/connector-admin.ts'
import { connectorOffsetsContract } from '../../contract/connector-offsets.ts'
import { type ConnectServer, connectServer } from './connect-server.ts'

/** A clock whose waits are over at once, and counted. */
const waits: number[] = []
const clock: Clock = {
  nowMs: () => 0,
  wallMs: () => 0,
  sleep: (ms) => {
    waits.push(ms)
    return Promise.resolve()
  },
}
let count = 0
const connector = () =>
  Promise.resolve({ name: `shop/${count++}`, config: { 'connector.class': 'a.Connector', 'database.password': 'x' } })
const admin = (url: string, requestTimeoutMs = 5_000) => restConnectorAdmin({ url, requestTimeoutMs, clock })

describe('connectors in memory', () => {
  const memory = new MemoryConnect()
  connectorAdminContract({ open: () => memory, connector, resume: async (name) => await memory.resume(name) })
  connectorOffsetsContract({ open: () => ({ admin: memory, offsets: memory }), connector })
})

describe('the REST client of Kafka Connect', () => {
  let server: ConnectServer
  beforeAll(async () => {
    server = await connectServer()
  })
  afterAll(async () => await server.close())
  const offsets = () => restConnectorOffsets({ url: server.url, requestTimeoutMs: 5_000, clock })
  connectorAdminContract({
    open: () => admin(`${server.url}/`),
    connector,
    resume: async (name) => await offsets().resume(name),
  })
  connectorOffsetsContract({ open: () => ({ admin: admin(server.url), offsets: offsets() }), connector })

  it('waits while the workers rebalance, and then applies', async () => {
    let refusals = 3
    const busy = await connectServer((line) =>
      line.startsWith(refusals > 2 ? 'GET' : 'POST') && refusals-- > 0
        ? { status: 409, body: { message: 'rebalance in process' } }
        : null,
    )
    waits.length = 0
    expect(await admin(busy.url).apply('a', { 'connector.class': 'C' })).toBe('created')
    expect(waits).toEqual([250, 250, 250])
    expect(busy.requests.map((line) => line.split(' ', 1).join(''))).toEqual(['GET', 'GET', 'POST', 'POST', 'POST'])
    await busy.close()
  })

  it('waits also where Connect calls a rebalance an error of its own', async () => {
    let refusals = 2
    const message = 'Request cannot be completed because a rebalance is expected'
    const busy = await connectServer(() => (refusals-- > 0 ? { status: 500, body: { message } } : null))
    waits.length = 0
    expect(await admin(busy.url).config('a')).toBeNull()
    expect(waits).toEqual([250, 250])
    await busy.close()
  })

  it('gives up in Connect’s words when the rebalance does not end', async () => {
    const busy = await connectServer((line) =>
      line.startsWith('POST') ? { status: 409, body: { message: 'rebalance in process' } } : null,
    )
    await expect(admin(busy.url).apply('a', { 'connector.class': 'C' })).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED',
      message: 'connector a: rebalance in process',
    })
    await busy.close()
  })

  it('passes on the trace of a failed task', async () => {
    const tasks = [{ id: 0, state: 'FAILED', trace: 'Caused by: no slot' }]
    const failed = await connectServer(() => ({ status: 200, body: { connector: { state: 'RUNNING' }, tasks } }))
    expect(await admin(failed.url).status('a')).toEqual({ state: 'RUNNING', tasks })
    await failed.close()
  })
})

describe('a Kafka Connect that does not answer as one', () => {
  it.each([
    ['is broken', { status: 500, body: { message: 'Request timed out' } }, 'CONNECT_UNREACHABLE'],
    ['is some other server', { status: 200, body: '<html>' }, 'CONNECT_UNREACHABLE'],
    ['answers with another shape', { status: 200, body: [] }, 'CONNECT_UNREACHABLE'],
    ['does not answer in time', 'hang', 'CONNECT_UNREACHABLE'],
    ['forbids it', { status: 403, body: {} }, 'NOT_AUTHORISED'],
  ] as const)('is named when it %s', async (_what, answer, code) => {
    const server = await connectServer(() => answer)
    await expect(admin(server.url, 200).status('a')).rejects.toMatchObject({ code })
    await expect(admin(server.url, 200).apply('a', {})).rejects.toMatchObject({ code })
    await server.close()
    await expect(admin(server.url).config('a')).rejects.toMatchObject({ code: 'CONNECT_UNREACHABLE' })
  })

  it('is told apart when it is slow and when it is not there', async () => {
    const slow = await connectServer(() => 'hang')
    const at = `no answer from Kafka Connect at ${slow.url}`
    await expect(admin(slow.url, 200).status('a')).rejects.toMatchObject({ message: `${at} within 0.2 s` })
    await slow.close()
    await expect(admin(slow.url).status('a')).rejects.toMatchObject({ message: `${at} (ECONNREFUSED)` })
  })

  it('is waited for longer than it gives itself for an answer', () => {
    expect(connectAnswersWithinMs).toBeGreaterThan(90_000)
  })

  it('is refused when its address is none', () => {
    expect(() => admin('connect')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
