/** The topics that falsework keeps for itself, as they must be created. */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { deadLetterPartitions } from '../../core/translation/active-revisions.ts'
import type { TopicSpec } from '../../ports/topic-admin.ts'

/** Kept for ever, in one order: history is never overwritten. */
const log = { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' }

export const controlTopics = (names: TopicNames): TopicSpec[] => [
  { topic: names.registry, partitions: 1, config: log },
  { topic: names.deadLetters, partitions: deadLetterPartitions, config: { 'cleanup.policy': 'compact' } },
]

/** Small segments: the active one is not compacted, and every start reads it. */
export const sourceTopics = (names: TopicNames, source: string): TopicSpec[] => [
  {
    topic: names.checkpoint(source),
    partitions: 1,
    config: { 'cleanup.policy': 'compact', 'segment.bytes': '4194304', 'segment.ms': '600000' },
  },
]

export const rawLogTopic = (names: TopicNames, source: string): TopicSpec => ({
  topic: names.rawLog(source),
  partitions: 1,
  config: log,
})
