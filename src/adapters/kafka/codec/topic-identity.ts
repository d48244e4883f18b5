/**
 * The id of a topic, which a topic of the same name that was made later does not have. Metadata, version 10, which
 * kafkajs does not speak. See https://kafka.apache.org/protocol#The_Messages_Metadata
 */
import { ownRequests } from '../cluster/own-requests.ts'
import { ProtocolError, protocolError } from '../cluster/protocol-error.ts'
import type { ProtocolRequest } from '../cluster/send-request.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import {
  readCompactLength,
  skipCompactText,
  skipTaggedFields,
  topicIdBytes,
  writeCompactArrayLength,
  writeCompactText,
  writeNoTaggedFields,
} from './flexible-fields.ts'

export function topicIdentityRequest(topic: string): ProtocolRequest {
  const writer = new ByteWriter(128)
  // The end of the request's header.
  writeNoTaggedFields(writer)
  writeCompactArrayLength(writer, 1)
  writer.raw(Buffer.alloc(topicIdBytes))
  writeCompactText(writer, topic)
  writeNoTaggedFields(writer)
  // No creation, and no authorised operations of cluster or topic.
  for (let flag = 0; flag < 3; flag++) writer.int8(0)
  writeNoTaggedFields(writer)
  return { ...ownRequests.metadata, body: [writer.written] }
}

/** The id, or null when there is no such topic. Raises ProtocolError for any other error. */
export function readTopicIdentity(payload: Buffer): Buffer | null {
  const reader = new ByteReader(payload)
  skipTaggedFields(reader)
  // throttle time
  reader.position += 4
  for (let brokers = readCompactLength(reader); brokers > 0; brokers--) {
    // node id, host, port, rack
    reader.position += 4
    skipCompactText(reader)
    reader.position += 4
    skipCompactText(reader)
    skipTaggedFields(reader)
  }
  // cluster id and controller id
  skipCompactText(reader)
  reader.position += 4
  if (readCompactLength(reader) < 1) return null
  const code = reader.int16()
  if (code === protocolError.unknownTopicOrPartition) return null
  if (code !== 0) throw new ProtocolError('Metadata', code)
  skipCompactText(reader)
  return Buffer.from(payload.subarray(reader.position, reader.position + topicIdBytes))
}
