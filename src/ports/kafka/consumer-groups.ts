/**
 * Who reads a topic.
 *
 * To the implementer: a group reads a topic when it has a committed offset on it, or a member that is subscribed to it;
 * brokers forget the offsets of a group without members after `offsets.retention.minutes`. A member whose
 * subscription cannot be known, as while its group is being rebalanced, counts as subscribed: nobody is told that a
 * topic is read no longer because a question came at the wrong time. falsework's own groups are left out. Groups that
 * one may not describe are not seen. Raise `KAFKA_UNREACHABLE`, and `NOT_AUTHORISED` where groups may not be asked for.
 */
export interface ConsumerGroups {
  /** For each of the topics the groups that read it, by name; none for a topic that is missing. */
  readersOf(topics: readonly string[]): Promise<ReadonlyMap<string, readonly ReadingGroup[]>>
  close(): Promise<void>
}

export interface ReadingGroup {
  readonly group: string
  /** As the broker calls it: `Stable`, `Empty`, … */
  readonly state: string
  /** Of its members, those that are subscribed to the topic. */
  readonly members: number
  /** Records of the topic behind its committed offsets; null: it has committed none. */
  readonly lag: number | null
}
