/** Exactly-once publishing for one source: transactions whose state is the checkpoint. */
import { checkpointOf, checkpointRecords, checkpointState } from '../../core/delivery/checkpoint-topic.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import type { Publisher } from '../../ports/kafka/publisher.ts'
import type { ClusterOptions } from './cluster/kafkajs.ts'
import { openTransactionalOutput, type PublishStep } from './transactional-output.ts'

export interface PublisherOptions extends ClusterOptions {
  readonly names: TopicNames
  readonly source: string
  readonly transactionTimeoutMs: number
  readonly onStep?: (step: PublishStep) => void
}

/** Opens as `OpenPublisher` says. Raises FENCED, PUBLISH_REFUSED, PUBLISH_UNCERTAIN or BARRIER_NOT_SEEN. */
export async function openPublisher({ names, source, ...options }: PublisherOptions): Promise<Publisher> {
  const output = await openTransactionalOutput({
    ...options,
    transactionalId: names.transactionalId(source),
    stateTopic: checkpointState(names, source),
  })
  try {
    return {
      checkpoint: checkpointOf(output.state),
      append: (record) => output.append(record),
      commit: async (commit) => await output.commit(checkpointRecords(commit)),
      close: async () => await output.close(),
    }
  } catch (cause) {
    await output.close()
    throw cause
  }
}
