/** Words about the stages of several mappings, said together. */
import type { StageWord } from '../../core/migration/stage-word.ts'
import type { StageRecord } from '../../core/registry/control-record.ts'
import { encodeControlRecord } from '../../core/registry/control-record-json.ts'
import { acceptedOffset, foldRead, type RegistryState } from '../../core/registry/registry-state.ts'
import type { ControlLog } from '../../ports/kafka/control-log.ts'
import { commonFields, type ControlLogParts } from '../operate/control-log-parts.ts'

/**
 * Decided on that state of the log; gives their offsets, by mapping, of several of one the
 * last. Raises `REGISTRATION_CONFLICT` where somebody else was
 * faster about one of them: the others are said then, and whoever says them again leaves these out.
 */
export async function sayWords(
  words: readonly StageWord[],
  { log, registry }: { readonly log: ControlLog; readonly registry: RegistryState },
  parts: ControlLogParts,
): Promise<ReadonlyMap<string, number>> {
  const records = words.map((word): StageRecord => ({ kind: 'stage', ...commonFields(parts, registry.end), ...word }))
  for (const record of records) await log.append(encodeControlRecord(record))
  const after = foldRead(await log.read(registry.end), registry)
  return new Map(records.map(({ mapping, uuid }) => [mapping, acceptedOffset(after, uuid)]))
}
