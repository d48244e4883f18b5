/** Sends a request of our own codec over a connection of kafkajs, beside kafkajs's own and without copying it. */
import { ByteWriter } from '../codec/byte-writer.ts'
import type { Broker, Connection } from './kafkajs.ts'
import { expectSpoken } from './own-requests.ts'

/** The body of a request in pieces, which must stay untouched until it is answered. */
export interface ProtocolRequest {
  readonly apiKey: number
  readonly apiVersion: number
  readonly apiName: string
  readonly body: readonly Buffer[]
  /** How long the broker may take beyond what every request may. */
  readonly heldBackMs?: number
}

/**
 * The answer's bytes behind its correlation id. Rejects with `KAFKA_INCOMPATIBLE` before anything is sent that the
 * broker does not speak, and with kafkajs's error when the connection fails or the answer does not come in time.
 */
export async function sendRequest(broker: Broker, request: ProtocolRequest): Promise<Buffer> {
  return await pushRequest(await connectionFor(broker, request), request)
}

/** A connection for requests of this kind. Rejects with `KAFKA_INCOMPATIBLE` when the broker does not speak it. */
export async function connectionFor(broker: Broker, request: Omit<ProtocolRequest, 'body'>): Promise<Connection> {
  expectSpoken(broker.versions, request)
  const connection = await broker.connectionPool.getConnectionByRequest({ request: { apiKey: request.apiKey } })
  if (!connection.isAuthenticated()) await connection.authenticate()
  return connection
}

/** Writes to the socket before it returns: requests of one connection leave in the order of calls. */
export async function pushRequest(connection: Connection, request: ProtocolRequest): Promise<Buffer> {
  const { apiKey, apiVersion, apiName, body, heldBackMs } = request
  if (connection.connectionStatus !== 'connected') throw new Error(`not connected: ${apiName} was not sent`)
  const correlationId = connection.nextCorrelationId()
  const header = requestHeader({ apiKey, apiVersion, correlationId, clientId: connection.clientId, body })
  const { payload } = await new Promise<{ readonly payload: Buffer }>((resolve, reject) => {
    connection.requestQueue.push({
      entry: { apiKey, apiVersion, apiName, correlationId, resolve, reject },
      expectResponse: true,
      requestTimeout: heldBackMs === undefined ? null : connection.requestTimeout + heldBackMs,
      sendRequest: () => {
        const { socket } = connection
        socket.cork()
        socket.write(header)
        for (const piece of body) socket.write(piece)
        socket.uncork()
      },
    })
  })
  return payload
}

/** Length, then the header, version 1. Flexible requests begin their body with the tagged fields that version 2 adds. */
function requestHeader(fields: {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string
  readonly body: readonly Buffer[]
}): Buffer {
  const writer = new ByteWriter(64)
  writer.int32(0)
  writer.int16(fields.apiKey)
  writer.int16(fields.apiVersion)
  writer.int32(fields.correlationId)
  writer.text(fields.clientId)
  const bodyBytes = fields.body.reduce((total, { length }) => total + length, 0)
  writer.bytes.writeInt32BE(writer.length - 4 + bodyBytes, 0)
  return writer.written
}
