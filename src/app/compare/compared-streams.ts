/** Records of the two topics as events to be compared. */
import { contractsById, readableEvent } from '../observe/decode-event.ts'
import { brand } from '../../brand.ts'
import { scopeHeader } from '../../core/event/cloud-event-headers.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import type { CompiledMapping } from '../../core/mapping/compiled-mapping.ts'
import type { MigrationFile } from '../../core/migration/file/migration-file.ts'
import type { Side, StreamEvent } from '../../core/parity/compared-event.ts'
import { type ComparedScopes, comparedScopes } from '../../core/parity/compared-scopes.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import { type Owners, stagingOf } from '../../core/translation/ownership/routes.ts'
import type { TopicRecord } from '../../ports/kafka/topic-reader.ts'

export interface ComparedStreams {
  readonly topics: Readonly<Record<Side, string>>
  /** What is compared under these owners. */
  readonly scopesUnder: (owners: Owners) => ComparedScopes
  /** Null: it is no part of what is compared. */
  readonly eventOf: (read: ReadRecord, scopes: ComparedScopes) => StreamEvent | null
}

export interface ReadRecord {
  readonly side: Side
  readonly record: TopicRecord
  /** As many as its topic has. */
  readonly partitions: number
}

/** Both topics may have events of other mappings, too: those are another comparison's, or nobody's. */
export function comparedStreams(
  registry: RegistryState,
  {
    mapping,
    migration,
    names,
  }: { readonly mapping: CompiledMapping; readonly migration: MigrationFile; readonly names: TopicNames },
): ComparedStreams {
  const contracts = contractsById(registry)
  const { bridge, native } = migration.topics
  const { isByBridge, isOfOthers } = ownRecords(registry, mapping.name)
  const isOwn = (side: Side, record: TopicRecord): boolean =>
    side === 'native' ? !isOfOthers(record) : isByBridge(record)
  const scoped = {
    mapping: mapping.name,
    isDivisible: mapping.scope !== null,
    staging: stagingOf(registry, mapping.name),
  }
  return {
    topics: { bridge: names.events(bridge.value), native: names.events(native.value) },
    scopesUnder: (owners) => comparedScopes(scoped, owners),
    eventOf: ({ side, record, partitions }, scopes) => {
      // Of a state that is gone only its key is told, and that is no event.
      if (record.value === null || !isOwn(side, record)) return null
      const scope = record.headers.get(scopeHeader)?.toString()
      const standing = scopes(scope ?? null)
      if (standing === 'passed over') return null
      const { type, key, fields, unread, partition, offset } = readableEvent(record, contracts)
      const aggregate = record.headers.get('ce_subject')?.toString() ?? key ?? ''
      const readable = standing === 'unknown' ? 'it says no scope' : (fields ?? unread ?? 'it has no fields')
      return {
        side,
        type,
        ...(scope !== undefined && { scope }),
        aggregate,
        key: key ?? '',
        partition,
        offset,
        partitions,
        atMs: record.timestampMs,
        fields: readable,
      }
    },
  }
}

const mappingHeader = `${brand.headerPrefix}mapping`
const epochHeader = `${brand.headerPrefix}epoch`

/** Of a mapping: falsework names it in its records, and of those of a native service the type tells. */
function ownRecords(registry: RegistryState, mapping: string) {
  const others = typesOfOthers(registry, mapping)
  const own = Buffer.from(`${mapping}@`)
  return {
    isByBridge: ({ headers }: TopicRecord): boolean =>
      headers.get(mappingHeader)?.subarray(0, own.length).equals(own) ?? false,
    isOfOthers: ({ headers }: TopicRecord): boolean => others.has(headers.get('ce_type')?.toString() ?? ''),
  }
}

/** The epoch of a record of a public topic; null where it is of another mapping, or tells none, as tombstones. */
export function epochsOf(registry: RegistryState, mapping: string): (record: TopicRecord) => number | null {
  const { isByBridge, isOfOthers } = ownRecords(registry, mapping)
  return (record) => {
    const { headers } = record
    const isOwn = headers.has(mappingHeader) ? isByBridge(record) : !isOfOthers(record)
    const text = headers.get(epochHeader)?.toString() ?? ''
    return isOwn && /^\d{1,9}$/.test(text) ? Number(text) : null
  }
}

/** Full names of the events that other mappings publish, as those have in `ce_type`. */
function typesOfOthers({ mappings }: RegistryState, own: string): ReadonlySet<string> {
  const types = [...mappings].flatMap(([name, { current }]) =>
    name === own
      ? []
      : current.record.content.schemas.map(({ subject, topic }) =>
          subject.slice(subject.indexOf(topic) + topic.length + 1),
        ),
  )
  return new Set(types)
}
