/** Keys of the records on a checkpoint topic. */
export const checkpointTopicKeys = {
  /** The newest one says how far the source is. */
  checkpoint: 'checkpoint',
  /** A nonce that a newly opened publisher must read back before it believes what it reads. */
  barrier: 'barrier',
  /** Left behind when registry records before `registryOffset` became active; unique, so compaction keeps it. */
  applied: (registryOffset: number): string => `applied/${registryOffset}`,
} as const
