/** An operator's word about a source that has halted: look at it again, or begin its history anew. */
import type { CaptureMessage } from '../../core/capture/capture-message.ts'
import { MessageDecoder } from '../../core/capture/message-decoder.ts'
import type { RawForm } from '../../core/capture/raw-format.ts'
import type { ReadTables } from '../../core/capture/row/table-plan.ts'
import type { RawOffset } from '../../core/capture/row-change.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { encodeControlRecord } from '../../core/registry/control-record-json.ts'
import { acceptedOffset, foldRead, rawFormOf, type RegistryState } from '../../core/registry/registry-state.ts'
import { expectAllRead } from '../../core/registry/unread-record.ts'
import type { OpenRawLog, RawLog, RecordBatch } from '../../ports/kafka/raw-log.ts'
import type { FetchedSchemas } from '../capture/fetched-schemas.ts'
import { commonFields, type ControlLogParts, withControlLog } from './control-log-parts.ts'

export interface ResumedSource {
  readonly source: string
  /** Null: it goes on in the one that it has. */
  readonly incarnation: number | null
  readonly from: RawOffset | null
  /** What stands there, or was published, and is not of the new incarnation; one sentence each. */
  readonly consequences: readonly string[]
  /** Where the word stands in the registry log. */
  readonly registryOffset: number
}

interface SnapshotPlace {
  readonly openRawLog: OpenRawLog
  readonly rawLog: string
  readonly schemas: FetchedSchemas
}

interface Word {
  readonly source: string
  readonly reason: string
}

/** Halted sources look again when it comes; what was noticed of the source is seen to. Raises `UNKNOWN_NAME`. */
export async function resumeSource({ source, reason }: Word, parts: ControlLogParts): Promise<ResumedSource> {
  return await withControlLog(parts, async (log) => {
    const state = foldRead(await log.read(0))
    expectAllRead(state)
    expectKnown(state, source)
    const common = commonFields(parts, state.end)
    await log.append(encodeControlRecord({ kind: 'resumed', ...common, source, reason }))
    const registryOffset = acceptedOffset(foldRead(await log.read(state.end), state), common.uuid)
    return { source, incarnation: null, from: null, consequences: [], registryOffset }
  })
}

/**
 * `from` null: at the snapshot that is next behind `behind`, the raw offset up to which the source was translated. Raises
 * `UNKNOWN_NAME`, `NO_SNAPSHOT_BEHIND` and `REGISTRATION_CONFLICT`.
 */
export async function beginIncarnation(
  { source, reason, from, behind }: Word & { readonly from: RawOffset | null; readonly behind: RawOffset | null },
  parts: ControlLogParts & SnapshotPlace,
): Promise<ResumedSource> {
  return await withControlLog(parts, async (log) => {
    const state = foldRead(await log.read(0))
    expectAllRead(state)
    expectKnown(state, source)
    const begins = from ?? (await snapshotBehind(behind, { ...parts, ...rawFormOf(state, source) }))
    // Before the snapshot that was found no transaction ends: nothing is passed over.
    const consequences = from === null ? [] : consequencesOf(from, behind)
    const begun = [state.sources.get(source), state.incarnations.get(source)].map((known) => known?.incarnation ?? 0)
    const incarnation = Math.max(...begun) + 1
    const common = commonFields(parts, state.end)
    await log.append(encodeControlRecord({ kind: 'incarnation', ...common, source, incarnation, from: begins, reason }))
    const registryOffset = acceptedOffset(foldRead(await log.read(state.end), state), common.uuid)
    return { source, incarnation, from: begins, consequences, registryOffset }
  })
}

function consequencesOf(from: RawOffset, behind: RawOffset | null): string[] {
  if (behind === null || behind < from) {
    const left = behind === null ? 'what' : `raw offsets ${behind} to ${from - 1}: what`
    return [`${left} stands before ${from} and was not published is in no event`]
  }
  return behind > from ? [`what was published of raw offsets ${from} to ${behind - 1} comes again, under new ids`] : []
}

function expectKnown({ mappings, sources }: RegistryState, source: string): void {
  const known = new Set([
    ...sources.keys(),
    ...[...mappings.values()].map(({ current }) => current.record.content.source),
  ])
  if (known.has(source)) return
  throw new FalseworkError('UNKNOWN_NAME', `there is no source '${source}'; have ${[...known].join(', ')}`)
}

const readMaxBytes = 1_048_576
const readMaxWaitMs = 250

/**
 * The first row of a snapshot of the whole: rows of an incremental one stand between transactions and begin nothing. What
 * is not translated yet is never passed over without a person's word.
 */
async function snapshotBehind(
  behind: RawOffset | null,
  { openRawLog, rawLog, format, dialect, schemas }: SnapshotPlace & RawForm,
): Promise<RawOffset> {
  if (behind === null) {
    throw noSnapshot('the source has no checkpoint: nobody knows what was published')
  }
  const log = schemas.ahead(await openRawLog(rawLog), () => format === 'avro')
  try {
    const { first, end } = await log.range()
    const start = Math.max(first, behind)
    const { snapshot, passed } = await scan(log, { start, end, format, dialect, writerSchemas: schemas.known })
    if (snapshot === null) throw noSnapshot(`${rawLog} has no row of a snapshot from ${start} to ${end}`)
    if (passed === 0) return snapshot
    throw noSnapshot(`${passed} source transactions end in ${rawLog} between ${start} and the snapshot at ${snapshot}`)
  } finally {
    await log.close()
  }
}

/** `passed`: source transactions that end before the snapshot. What cannot be decoded is passed by: it may be why it halts. */
async function scan(
  log: RawLog,
  {
    start,
    end,
    ...read
  }: { readonly start: RawOffset; readonly end: RawOffset } & Omit<ReadTables, 'tables' | 'promisedForms'>,
): Promise<{ readonly snapshot: RawOffset | null; readonly passed: number }> {
  const decoder = new MessageDecoder({ tables: new Map(), promisedForms: new Map(), ...read })
  let passed = 0
  for (let next = start; next < end; ) {
    const batch = await log.read(next, { maxWaitMs: readMaxWaitMs, maxBytes: readMaxBytes })
    for (let index = 0; index < batch.count; index++) {
      const message = decodable(decoder, batch, index)
      if (message?.kind === 'snapshotRow' && message.place !== 'incremental')
        return { snapshot: message.offset, passed }
      if (message?.kind === 'end') passed += 1
    }
    next = batch.next
  }
  return { snapshot: null, passed }
}

function decodable(decoder: MessageDecoder, batch: RecordBatch, index: number): CaptureMessage | null {
  try {
    return decoder.decode(batch, index)
  } catch (error) {
    if (error instanceof FalseworkError) return null
    throw error
  }
}

const noSnapshot = (message: string): FalseworkError => new FalseworkError('NO_SNAPSHOT_BEHIND', message)
