import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createCluster } from '../../../src/adapters/kafka/cluster/kafkajs.ts'

let server: Server | null = null
afterEach(() => server?.close())

/** A broker that takes requests and never answers; its first connection, once it has been asked something. */
async function silentBroker(): Promise<{ readonly address: string; readonly asked: Promise<Socket> }> {
  const asked = Promise.withResolvers<Socket>()
  const listening = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => asked.resolve(socket))
  })
  server = listening
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const address = listening.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return { address: `127.0.0.1:${port}`, asked: asked.promise }
}

test.each(['stays', 'ends the connection'])(
  'a cluster is closed at once, and what is unanswered or asked later fails, where the broker %s',
  async (what) => {
    const { address, asked } = await silentBroker()
    const cluster = createCluster({ brokers: [address], clientId: 'test', requestTimeoutMs: 600_000 })
    const connecting = cluster.connect().catch((error: unknown) => error)
    const connection = await asked
    const closing = cluster.close()
    if (what === 'ends the connection') connection.end()
    await closing
    expect(await connecting).toBeInstanceOf(Error)
    expect(await cluster.connect().catch((error: unknown) => error)).toBeInstanceOf(Error)
  },
)
