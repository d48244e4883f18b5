/** Event records back to readable events, with the schema that their frame names. */
import { contractFileName, parseContract } from '../../core/event/contract/parse-contract.ts'
import type { Contract } from '../../core/event/contract/contract.ts'
import { unframe } from '../../core/event/confluent-frame.ts'
import { readableFields } from '../../core/event/event-json.ts'
import { ValueError } from '../../core/values/value-error.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import type { TopicRecord } from '../../ports/kafka/topic-reader.ts'

export interface ReadableEvent {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly type: string
  readonly id: string
  readonly time: string
  /** Null: a tombstone, which has no type, id and time either, or what `unread` says. */
  readonly fields: Readonly<Record<string, unknown>> | null
  /** Why the fields cannot be shown, without a value of them. */
  readonly unread: string | null
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
  const type = header('ce_type')
  const isForeign = record.value !== null && type === ''
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    key: record.key?.toString() ?? null,
    type,
    id: header('ce_id'),
    time: header('ce_time'),
    ...(isForeign ? withoutFields('it has no header ce_type') : fieldsOf(record.value, contracts)),
  }
}

type Fields = Pick<ReadableEvent, 'fields' | 'unread'>

const withoutFields = (unread: string | null): Fields => ({ fields: null, unread })

function fieldsOf(value: Buffer | null, contracts: ReadonlyMap<number, Contract>): Fields {
  if (value === null) return withoutFields(null)
  const framed = unframe(value)
  if (framed === null) return withoutFields('its value does not begin with the id of a schema')
  const contract = contracts.get(framed.schemaId)
  if (contract === undefined) return withoutFields(`no registered revision has its schema ${framed.schemaId}`)
  try {
    return { fields: readableFields(contract, contract.decode(framed.avro)), unread: null }
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    return withoutFields(error.message)
  }
}
