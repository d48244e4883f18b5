/**
 * Topics: described and created, never altered.
 *
 * To the implementer: creating a topic that exists is not an error and changes nothing; say which were created, once
 * all of them can be read and written, whoever created them. Raise `TOPIC_MISSING` when that takes too long.
 */
export interface TopicAdmin {
  /** Partition counts and configurations of those that exist; a missing topic is missing in the map. */
  describe(topics: readonly string[]): Promise<ReadonlyMap<string, TopicDescription>>
  /**
   * What each takes in one batch: its `max.message.bytes`, or the brokers' where it has none of its own. A topic that is
   * missing, or may not be asked for, is missing in the map.
   */
  batchBytesMax(topics: readonly string[]): Promise<ReadonlyMap<string, number>>
  ensure(topics: readonly TopicSpec[]): Promise<{ readonly created: readonly string[] }>
  close(): Promise<void>
}

export interface TopicDescription {
  readonly partitions: number
  readonly config: ReadonlyMap<string, string>
}

export interface TopicSpec {
  readonly topic: string
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
}
