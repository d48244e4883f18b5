/** Checkpoints as the state of a source's transactions: their topic, and the records in it. */
import type { Checkpoint } from './checkpoint.ts'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-codec.ts'
import type { TopicNames } from './topic-names.ts'

/** Keys of the records on a checkpoint topic. */
export const checkpointTopicKeys = {
  /** The newest one says how far the source is. */
  checkpoint: 'checkpoint',
  /** A nonce that a newly opened publisher must read back before it believes what it reads. */
  barrier: 'barrier',
  /** Left behind when registry records before `registryOffset` became active; unique, so compaction keeps it. */
  applied: (registryOffset: number): string => `applied/${registryOffset}`,
} as const

export const checkpointState = (names: TopicNames, source: string) => ({
  topic: names.checkpoint(source),
  stateKey: checkpointTopicKeys.checkpoint,
  barrierKey: checkpointTopicKeys.barrier,
})

/** Raises `CHECKPOINT_CORRUPT` and `NEWER_FORMAT`. */
export const checkpointOf = (state: Buffer | null): Checkpoint | null =>
  state === null ? null : decodeCheckpoint(state)

/** What a transaction leaves behind; `applied` when registry records before that offset came into force with it. */
export function checkpointRecords(commit: {
  readonly checkpoint: Checkpoint
  readonly applied?: number
}): readonly (readonly [key: string, value: Buffer])[] {
  const value = encodeCheckpoint(commit.checkpoint)
  const newest = [checkpointTopicKeys.checkpoint, value] as const
  return commit.applied === undefined ? [newest] : [newest, [checkpointTopicKeys.applied(commit.applied), value]]
}
