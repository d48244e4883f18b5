/** What a daemon that started now would do with the row store of a source, asked of the logs alone. */
import { type Checkpoint, firstCheckpoint } from '../../core/delivery/checkpoint.ts'
import type { RowStart } from '../../core/delivery/row-start-up.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { rawFormOf } from '../../core/registry/registry-state.ts'
import type { FoundMark } from '../../core/rows/stored/store-mark.ts'
import { keysOf, type StoredCatalog } from '../../core/rows/stored/stored-catalog.ts'
import type { ControlLog } from '../../ports/kafka/control-log.ts'
import type { OpenRawLog } from '../../ports/kafka/raw-log.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import type { FetchedSchemas } from '../capture/fetched-schemas.ts'
import type { Looking } from '../translate/reading/log-looks.ts'
import { rowStartOf, startOf } from '../translate/reading/starts.ts'
import { readRegistry } from './registered.ts'
import { latestCheckpoint } from './source-status.ts'

export interface RowStartParts {
  readonly names: TopicNames
  readonly openControlLog: () => Promise<ControlLog>
  readonly topicReader: TopicReader
  readonly openRawLog: OpenRawLog
  readonly schemas: FetchedSchemas
}

export interface NextRowStart {
  readonly start: Exclude<RowStart, { readonly kind: 'halt' }> | HaltedStart
  /** Of the source, from which it would work; null where it halts before. */
  readonly checkpoint: Checkpoint | null
  /** The tables whose rows are to be kept. */
  readonly stored: StoredCatalog
}

/** Of the row store, or of the source before its store is looked at. */
interface HaltedStart {
  readonly kind: 'halt'
  readonly code: string
  readonly message: string
}

/**
 * `mark`: what is found of the store. Null where no registration says which tables are kept: then a daemon opens no
 * store. Raises what reading checkpoint and logs raises.
 */
export async function nextRowStart(
  source: string,
  mark: FoundMark,
  parts: RowStartParts,
): Promise<NextRowStart | null> {
  const { names, topicReader, schemas } = parts
  const registry = await readRegistry(parts.openControlLog)
  const stored = registry.tables.get(source)?.stored ?? null
  if (stored === null) return null
  const latest = await latestCheckpoint(topicReader, names.checkpoint(source))
  const rawLog = schemas.ahead(
    await parts.openRawLog(names.rawLog(source)),
    () => rawFormOf(registry, source).format === 'avro',
  )
  try {
    const looking = { source, schemas, rawLog, registry }
    const begun = await checkpointToBegin(looking, latest)
    if (begun.kind === 'halt') return { start: begun, checkpoint: null, stored }
    const { checkpoint } = begun
    return { start: await rowStartOf(looking, { mark, checkpoint, keys: keysOf(stored) }), checkpoint, stored }
  } finally {
    await rawLog.close()
  }
}

async function checkpointToBegin(
  looking: Looking,
  found: Checkpoint | null,
): Promise<HaltedStart | { readonly kind: 'begins'; readonly checkpoint: Checkpoint }> {
  const start = await startOf(looking, found)
  if (start.kind === 'halt') return start
  if (start.kind === 'resume') return { kind: 'begins', checkpoint: start.checkpoint }
  const { source, registry } = looking
  const { incarnation, from: next } = start
  const begun = { source, incarnation, next, registryOffset: registry.end, timeZoneDatabase: '' }
  return { kind: 'begins', checkpoint: firstCheckpoint(begun) }
}
