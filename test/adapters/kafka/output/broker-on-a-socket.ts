/** As much of a broker as kafkajs must see to send Produce requests of ours: versions, metadata, and one leader. */
import { createServer, type Socket } from 'node:net'
import { ByteWriter } from '../../../../src/adapters/kafka/codec/byte-writer.ts'
import { ScriptedBrokers } from './scripted-brokers.ts'

const produce = 0
const metadata = 3
const apiVersions = 18
/** Those that are answered here: key, lowest and highest version. */
const spoken = [
  [produce, 7, 7],
  [metadata, 1, 1],
  [apiVersions, 0, 0],
] as const
const partitions = 12

export interface BrokerOnASocket {
  readonly address: string
  readonly log: ScriptedBrokers
  /** Produce requests that came and are not answered. */
  readonly unanswered: () => number
  hold(): void
  /** Answers all of them in one piece. */
  release(): void
  cut(): void
  close(): Promise<void>
}

export async function brokerOnASocket(topics: readonly string[]): Promise<BrokerOnASocket> {
  const log = new ScriptedBrokers()
  const sockets = new Set<Socket>()
  const waiting: { readonly socket: Socket; readonly request: Buffer }[] = []
  let isHolding = false
  const answerAll = (): void => {
    const answers = Map.groupBy(waiting.splice(0), ({ socket }) => socket)
    for (const [socket, requests] of answers) {
      socket.write(Buffer.concat(requests.map(({ request }) => framed(request, log.take(request)))))
    }
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
        const request = rest.subarray(0, 4 + rest.readInt32BE(0))
        rest = rest.subarray(request.length)
        const apiKey = request.readInt16BE(4)
        if (apiKey === apiVersions) socket.write(framed(request, versionsAnswer()))
        else if (apiKey === metadata) socket.write(framed(request, metadataAnswer(topics, portOf())))
        else waiting.push({ socket, request })
      }
      if (!isHolding) answerAll()
    })
  })
  const portOf = (): number => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }
  const cut = (): void => {
    waiting.splice(0)
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${portOf()}`,
    log,
    unanswered: () => waiting.length,
    hold: () => {
      isHolding = true
    },
    release: () => {
      isHolding = false
      answerAll()
    },
    cut,
    close: async () => {
      cut()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function framed(request: Buffer, payload: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + payload.length, 0)
  request.copy(head, 4, 8, 12)
  return Buffer.concat([head, payload])
}

function versionsAnswer(): Buffer {
  const writer = new ByteWriter(64)
  writer.int16(0)
  writer.int32(spoken.length)
  for (const numbers of spoken) for (const number of numbers) writer.int16(number)
  return writer.written
}

function metadataAnswer(topics: readonly string[], port: number): Buffer {
  const writer = new ByteWriter(512)
  writer.int32(1)
  writer.int32(0)
  writer.text('127.0.0.1')
  writer.int32(port)
  writer.text(null)
  writer.int32(0)
  writer.int32(topics.length)
  for (const topic of topics) {
    writer.int16(0)
    writer.text(topic)
    writer.int8(0)
    writer.int32(partitions)
    for (let partition = 0; partition < partitions; partition++) {
      writer.int16(0)
      writer.int32(partition)
      writer.int32(0)
      for (const replicas of [1, 1]) {
        writer.int32(replicas)
        writer.int32(0)
      }
    }
  }
  return writer.written
}
