/** The topics that falsework keeps for itself, as they must be created. */
import type { TopicNames } from './topic-names.ts'

export interface OwnTopic {
  readonly topic: string
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
}

/** A few, so that a bad night does not need one reader. */
export const deadLetterPartitions = 6

/** Small segments: the active one is not compacted, and every start reads it. */
const compactedOften = { 'cleanup.policy': 'compact', 'segment.bytes': '4194304', 'segment.ms': '600000' }

/** Kept for ever, in one order: history is never overwritten. */
const log = { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' }

export const controlTopics = (names: TopicNames): OwnTopic[] => [
  { topic: names.registry, partitions: 1, config: log },
  { topic: names.deadLetters, partitions: deadLetterPartitions, config: { 'cleanup.policy': 'compact' } },
  { topic: names.ownership, partitions: 1, config: compactedOften },
  { topic: names.parity, partitions: 1, config: compactedOften },
]

export const sourceTopics = (names: TopicNames, source: string): OwnTopic[] => [
  { topic: names.checkpoint(source), partitions: 1, config: compactedOften },
  { topic: names.held(source), partitions: 1, config: log },
]

export const nativePositionTopic = (names: TopicNames, transactionalId: string): OwnTopic => ({
  topic: names.nativePosition(transactionalId),
  partitions: 1,
  config: compactedOften,
})

/** As many partitions as the topic that it stands for: what has a key there has its order here. */
export const nativeEventsTopic = (names: TopicNames, topic: string, partitions: number): OwnTopic => ({
  topic: names.native(topic),
  partitions,
  config: { 'cleanup.policy': 'delete' },
})

export const rawLogTopic = (names: TopicNames, source: string): OwnTopic => ({
  topic: names.rawLog(source),
  partitions: 1,
  config: log,
})
