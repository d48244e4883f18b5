/** Wraps bytes of ours into what a kafkajs connection sends and gives back untouched. */
import type { ProtocolRequest } from '../cluster/kafkajs.ts'

export function protocolRequest(
  api: { readonly apiKey: number; readonly apiVersion: number; readonly apiName: string },
  bytes: Buffer,
  requestTimeoutMs?: number,
): ProtocolRequest {
  return {
    request: { ...api, encode: async () => await Promise.resolve({ buf: bytes, buffer: bytes }) },
    response: {
      decode: async (payload) => await Promise.resolve(payload),
      parse: async (payload) => await Promise.resolve(payload),
    },
    logResponseError: false,
    ...(requestTimeoutMs === undefined ? {} : { requestTimeout: requestTimeoutMs }),
  }
}
