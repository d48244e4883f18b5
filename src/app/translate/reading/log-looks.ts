/** Looks at single places of a raw log: how it begins, and whether it is the one that was read. */
import { MessageDecoder } from '../../../core/capture/message-decoder.ts'
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { rawFormOf, type RegistryState } from '../../../core/registry/registry-state.ts'
import { anchorHash } from '../../../core/translation/log-anchor.ts'
import type { RawLog } from '../../../ports/kafka/raw-log.ts'
import type { FetchedSchemas } from '../../capture/fetched-schemas.ts'

/** One of them is enough. */
const look = { maxWaitMs: 250, maxBytes: 1_048_576 } as const

/** How the records of a source are read. */
export interface Looking {
  readonly source: string
  readonly schemas: Pick<FetchedSchemas, 'known'>
  readonly rawLog: RawLog
  readonly registry: RegistryState
}

/** Whether the first row that is still there opens a snapshot. */
export async function opensWithSnapshot(
  { source, schemas, rawLog, registry }: Looking,
  first: number,
): Promise<boolean> {
  const batch = await rawLog.read(first, look)
  const writerSchemas = schemas.known
  const decoder = new MessageDecoder({ ...rawFormOf(registry, source), tables: new Map(), writerSchemas })
  for (let index = 0; index < batch.count; index++) {
    const message = decoder.decode(batch, index)
    if (message.kind === 'snapshotRow') return message.place === 'firstOfTable'
    if (message.kind === 'row') return false
  }
  return false
}

/** Whether the record that a checkpoint names as its anchor still reads the same. */
export async function compareAnchor(
  rawLog: RawLog,
  log: { readonly first: number; readonly end: number },
  checkpoint: Checkpoint | null,
): Promise<'none' | 'same' | 'differs' | 'gone'> {
  const anchor = checkpoint?.anchor ?? null
  if (anchor === null) return 'none'
  if (anchor.offset < log.first) return 'gone'
  if (anchor.offset >= log.end) return 'differs'
  const batch = await rawLog.read(anchor.offset, look)
  return batch.count > 0 && batch.offset(0) === anchor.offset && anchorHash(batch, 0) === anchor.hash
    ? 'same'
    : 'differs'
}
