/** Opens a session of a source: fence, checkpoint, start-up table, position; only then may anything be read or published. */
import { type Checkpoint, firstCheckpoint } from '../../../core/delivery/checkpoint.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { controlFormat } from '../../../core/registry/control-record.ts'
import { encodeControlRecord } from '../../../core/registry/control-record-json.ts'
import { rawFormOf, type RegistryState } from '../../../core/registry/registry-state.ts'
import { expectNoGap } from '../../../core/registry/source-gaps.ts'
import { activateRevisions } from '../../../core/translation/revisions/active-revisions.ts'
import type { RawLog } from '../../../ports/kafka/raw-log.ts'
import { carriedOver } from './carried-over.ts'
import { askEventTopicLimits } from './event-topic-limits.ts'
import { startOf } from '../reading/starts.ts'
import { openRows } from '../rows/open-rows.ts'
import type { Opened, SessionParts } from './session-parts.ts'
import { SourceSession } from './source-session.ts'
import type { Session } from '../source-worker.ts'

/**
 * Opens in the order that keeps a zombie from publishing: fence, then checkpoint, then position, then work. Raises
 * what the ports raise, `SOURCE_GAP`, and the HALTs of the start-up table.
 */
export async function openSession(parts: SessionParts, ended: AbortSignal): Promise<Session> {
  const { source, names } = parts
  parts.onStep?.('before-fence')
  const publisher = await parts.openPublisher({ source, transactionTimeoutMs: parts.transactionTimeoutMs })
  parts.onStep?.('after-fence')
  let rawLog: RawLog | null = null
  try {
    const isAvro = (): boolean => rawFormOf(parts.registry.current, source).format === 'avro'
    rawLog = parts.schemas.ahead(await parts.openRawLog(names.rawLog(source)), isAvro)
    const registry = await parts.registry.refresh()
    expectNoGap(registry, source)
    const checkpoint = await begin(parts, { publisher, rawLog, registry })
    const batchBytesMaxOf = await askEventTopicLimits(parts, registry)
    const { keys, schemas } = parts
    const { incarnation } = checkpoint
    const context = { source, incarnation, names, keys, writerSchemas: schemas.known, batchBytesMaxOf }
    // Not what was in force at the checkpoint: whatever has come since comes into force before the first record.
    const active = activateRevisions(registry, context)
    const rows = await openRows(parts, { checkpoint, rawLog, registry, active, ended })
    parts.log.info('source opened', { source, position: checkpoint.next, registryOffset: checkpoint.registryOffset })
    return new SourceSession(parts, { publisher, rawLog, rows, checkpoint, registry, active })
  } catch (error) {
    await publisher.close()
    await rawLog?.close()
    throw error
  }
}

/** The checkpoint to work from; at the very first start it is published before `started` is appended. */
async function begin(
  parts: SessionParts,
  { publisher, rawLog, registry }: Pick<Opened, 'publisher' | 'rawLog' | 'registry'>,
): Promise<Checkpoint> {
  const { source } = parts
  const { checkpoint } = publisher
  const start = await startOf({ source, schemas: parts.schemas, rawLog, registry }, checkpoint)
  if (start.kind === 'halt') throw new FalseworkError(start.code, start.message)
  if (start.kind === 'resume') {
    if (start.appendStarted) await appendStarted(parts, registry, start.checkpoint.incarnation)
    return start.checkpoint
  }
  const first = firstCheckpoint({
    source,
    incarnation: start.incarnation,
    next: start.from,
    registryOffset: registry.end,
    timeZoneDatabase: parts.timeZoneDatabase,
  })
  const begun = { ...first, ...(await carriedOver(parts, { checkpoint, registry })) }
  parts.onStep?.('before-first-checkpoint')
  await publisher.commit({ checkpoint: begun, applied: registry.end })
  parts.onStep?.('after-first-checkpoint')
  await appendStarted(parts, registry, start.incarnation)
  parts.onStep?.('after-started')
  return begun
}

async function appendStarted(parts: SessionParts, registry: RegistryState, incarnation: number): Promise<void> {
  const log = await parts.openControlLog()
  try {
    await log.append(
      encodeControlRecord({
        kind: 'started',
        format: controlFormat,
        uuid: parts.uuid(),
        basedOn: registry.end,
        atMs: parts.clock.wallMs(),
        actor: parts.actor,
        source: parts.source,
        incarnation,
      }),
    )
  } finally {
    await log.close()
  }
}
