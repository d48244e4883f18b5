/** One mapping by its revision in force: compiled, with what makes its records and what they may measure. */
import type { WriterSchemas } from '../../capture/avro/writer-schemas.ts'
import type { TopicNames } from '../../delivery/topic-names.ts'
import type { Publication } from '../../event/business-event.ts'
import { type BatchBytesMaxOf, type SizeLimit, sizeLimit } from '../../event/event-size.ts'
import { type KeptForms, keptForms } from '../../held/kept-forms.ts'
import type { CompiledMapping } from '../../mapping/compiled-mapping.ts'
import type { RevisionRecord } from '../../registry/control-record.ts'
import { expectKeys, standInKeys } from '../../registry/key-fingerprint.ts'
import type { Route } from '../ownership/routes.ts'
import { compileRevision, type RevisionSurroundings } from './compiled-revision.ts'
import { promisedForms, type Promising } from './promised-forms.ts'
import { type RecordMakers, recordMakers } from './record-makers.ts'

export interface ActivationContext {
  readonly source: string
  readonly incarnation: number
  readonly names: TopicNames
  /** Pseudonym keys by name; `standIns`: whoever looks what would come of an input has none. */
  readonly keys: ReadonlyMap<string, string> | 'standIns'
  /** Where the raw log is Avro: whoever reads it adds what its records name. */
  readonly writerSchemas?: WriterSchemas
  /** What a topic on Kafka takes in one batch. */
  readonly batchBytesMaxOf: BatchBytesMaxOf
}

export interface ActiveMapping {
  readonly record: RevisionRecord
  readonly mapping: CompiledMapping
  /** Of the columns that it reads, as the catalog of its revision promises. */
  readonly forms: KeptForms
  readonly makers: (route: Route) => RecordMakers
  readonly limits: readonly (readonly [Publication, SizeLimit])[]
}

/**
 * Raises `REVISION_UNREADABLE` when it does not compile in this build, `PSEUDONYM_KEY_MISMATCH` when a key is missing or
 * another one than it was registered with.
 */
export function activateMapping(
  record: RevisionRecord,
  context: ActivationContext & Pick<RevisionSurroundings, 'keepsRows'>,
): ActiveMapping {
  const { content } = record
  if (context.keys !== 'standIns') expectKeys(content, context.keys)
  const keys = context.keys === 'standIns' ? standInKeys(content) : context.keys
  const mapping = compileRevision(record, { ...context, keys })
  const makers = recordMakers(record, mapping, context)
  const forms = keptForms(promisedForms(promisingOf({ record, mapping })))
  return { record, mapping, forms, makers, limits: limitsOf(mapping, makers, context) }
}

export const promisingOf = ({
  record: { content },
  mapping,
}: Pick<ActiveMapping, 'record' | 'mapping'>): Promising => ({
  tables: content.catalog.tables,
  capture: content.capture,
  mapping,
})

/** Of as many digits as an epoch may have: what fits with it fits with any. */
const greatestEpoch = 999_999

function limitsOf(
  mapping: CompiledMapping,
  makers: ActiveMapping['makers'],
  { names, batchBytesMaxOf }: Pick<ActivationContext, 'names' | 'batchBytesMaxOf'>,
): ActiveMapping['limits'] {
  const { events } = makers({ to: 'public', owner: 'legacy', epoch: greatestEpoch })
  return [...events].map(([publication, makeIn]) => {
    const make = makeIn(mapping.scope === null ? null : '')
    const topics = [names.events(publication.topic), names.shadow(publication.topic)]
    const bytesMax = Math.min(...topics.map((topic) => batchBytesMaxOf(topic)))
    return [publication, sizeLimit(publication, make, bytesMax)] as const
  })
}
