/** Event records back to readable events, with the schema that their frame names. */
import { contractFileName, parseContract } from '../../core/event/parse-contract.ts'
import type { Contract } from '../../core/event/contract.ts'
import { unframe } from '../../core/event/confluent-frame.ts'
import { readableFields } from '../../core/event/event-json.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import type { TopicRecord } from '../../ports/topic-reader.ts'

export interface ReadableEvent {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly type: string
  readonly id: string
  readonly time: string
  /** Null: a tombstone, or a schema that no registered revision has. */
  readonly fields: Readonly<Record<string, unknown>> | null
}

/** Contracts of all registered revisions, by schema id. */
export function contractsById({ mappings }: RegistryState): ReadonlyMap<number, Contract> {
  const contracts = new Map<number, Contract>()
  for (const { revisions } of mappings.values()) {
    for (const { content } of revisions.map(({ record }) => record)) {
      for (const { event, version, id } of content.schemas) {
        const file = content.files.contracts.find(({ path }) => {
          const name = contractFileName(path)
          return name?.event === event && name.version === version
        })
        if (file === undefined) continue
        const parsed = parseContract({ text: file.text, file: file.path, event, version })
        if (parsed.kind === 'contract') contracts.set(id, parsed.contract)
      }
    }
  }
  return contracts
}

export function readableEvent(record: TopicRecord, contracts: ReadonlyMap<number, Contract>): ReadableEvent {
  const header = (name: string): string => record.headers.get(name)?.toString() ?? ''
  const framed = record.value === null ? null : unframe(record.value)
  const contract = framed === null ? undefined : contracts.get(framed.schemaId)
  const fields =
    framed === null || contract === undefined ? null : readableFields(contract, contract.decode(framed.avro))
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    key: record.key?.toString() ?? null,
    type: header('ce_type'),
    id: header('ce_id'),
    time: header('ce_time'),
    fields,
  }
}
