/** Stands between a client and PostgreSQL, and loses the answers to some COMMITs: the server has committed, nobody is told. */
import { connect, createServer, type Socket } from 'node:net'
import type { ShopAddress } from '../../../demo/shop-database.ts'

export interface LossyProxy {
  readonly port: number
  close(): Promise<void>
}

/** A simple query: 'Q', a length of 4 bytes, the text and a zero byte. */
const commit = Buffer.from('Q\0\0\0\u000bCOMMIT\0', 'latin1')

export async function startLossyProxy(
  { host, port }: ShopAddress,
  options: { readonly loseEveryCommit: number },
): Promise<LossyProxy> {
  let commits = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const database = connect({ host, port })
    let answers: 'passed on' | 'lost' = 'passed on'
    const end = (): void => {
      client.destroy()
      database.destroy()
    }
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.on('error', end).on('close', end)
    }
    client.on('data', (bytes) => {
      if (bytes.equals(commit) && ++commits % options.loseEveryCommit === 0) answers = 'lost'
      database.write(bytes)
    })
    database.on('data', (bytes) => {
      // The server has answered, so it has committed.
      if (answers === 'lost') end()
      else client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen')
  return {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
