/** A batch of native events to Kafka records, as the owner of each scope allows it. */
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import { epochHeader, scopeHeader } from '../core/event/cloud-event-headers.ts'
import { frame } from '../core/event/confluent-frame.ts'
import type { OutputRecord } from '../core/event/event-record.ts'
import { isRfc3339Time, rfc3339 } from '../core/event/event-time.ts'
import { partitionOf } from '../core/event/partition.ts'
import { ownerOf } from '../core/migration/ownership-record.ts'
import { scopeText } from '../core/migration/stage.ts'
import { ValueError } from '../core/values/value-error.ts'
import type { OwnershipRecords } from '../ports/kafka/ownership-log.ts'
import { type EventType, eventTypeName, type EventTypes } from './event-types.ts'
import type { NativeEvent } from './native-event.ts'

/** What falsework fences, and when: it opens the id when it takes a scope of one of the mappings back. */
export interface Fencing {
  readonly transactionalId: string
  readonly mappings: ReadonlySet<string>
}

export interface RecordParts {
  readonly types: EventTypes
  readonly fencing: Fencing
}

/** All or none. Raises `NATIVE_NOT_OWNER`, and `NATIVE_EVENT` for an event that cannot be written. */
export const nativeRecords = (
  events: readonly NativeEvent[],
  ownership: OwnershipRecords,
  parts: RecordParts,
): readonly OutputRecord[] => events.map((event) => nativeRecord(event, ownership, parts))

function nativeRecord(event: NativeEvent, ownership: OwnershipRecords, parts: RecordParts): OutputRecord {
  const type = parts.types.get(eventTypeName(event))
  if (type === undefined) throw refused(event, 'the publisher was opened without its contract')
  const { owner, epoch } = ownerOf(ownership, event.mapping, event.scope)
  if (event.origin === 'own') expectOwned(event, owner, parts.fencing)
  if (!isRfc3339Time(event.timeUs)) throw refused(event, 'timeUs is outside the years 0000 to 9999')
  const { topic, partitions } = type.destinations[event.origin]
  const key = Buffer.from(event.key)
  // As falsework has it: consumers see no difference.
  const subject = event.subject ?? event.key
  const scope = event.scope === null ? [] : [scopeHeader, event.scope]
  return {
    topic,
    partition: partitionOf(key, partitions),
    key,
    value: frame(type.schemaId, encoded(event, type)),
    fixedHeaders: [...type.headers, epochHeader(epoch)],
    headers: [
      'ce_id',
      event.id,
      'ce_time',
      rfc3339(event.timeUs),
      'ce_subject',
      subject,
      'ce_partitionkey',
      event.key,
      ...scope,
    ],
  }
}

/** Falsework fences the ids of the mapping that it takes back: what goes out under another one's would slip through. */
function expectOwned(event: NativeEvent, owner: string, { transactionalId, mappings }: Fencing): void {
  if (!mappings.has(event.mapping)) {
    const opened = `the publisher was opened for ${[...mappings].join(', ') || 'no mapping'}`
    const remedy = `add it to \`mappings\` once its migration file declares ${transactionalId}`
    throw refused(event, `it is of mapping ${event.mapping}, and ${opened}: ${remedy}`)
  }
  if (owner === 'native') return
  const scope = `${event.mapping}, scope ${scopeText(event.scope)}`
  throw new FalseworkError('NATIVE_NOT_OWNER', `${scope} has owner ${owner}: ${eventTypeName(event)} is not published`)
}

/** Names fields, and shows no value. */
function encoded(event: NativeEvent, { contract, fieldNames }: EventType): Buffer {
  const unknown = Object.keys(event.fields).find((name) => !fieldNames.has(name))
  if (unknown !== undefined) throw refused(event, `its contract has no field ${unknown}`)
  try {
    return contract.encode(event.fields)
  } catch (cause) {
    if (cause instanceof ValueError) throw refused(event, cause.message, cause)
    throw cause
  }
}

const refused = (event: NativeEvent, why: string, cause?: Error): FalseworkError =>
  new FalseworkError('NATIVE_EVENT', `${eventTypeName(event)}: ${why}`, { cause })
