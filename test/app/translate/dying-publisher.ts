/** A publisher that dies at one commit of which nobody knows what became of it. */
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { OpenPublisher } from '../../../src/ports/kafka/publisher.ts'

/** `moment`: `before commit 2`, or `behind commit 2`; commits are counted over all publishers. */
export const dying =
  (open: OpenPublisher, commits: { made: number }, moment: string): OpenPublisher =>
  async (options) => {
    const publisher = await open(options)
    return {
      checkpoint: publisher.checkpoint,
      append: (record) => publisher.append(record),
      close: async () => await publisher.close(),
      commit: async (commit) => {
        commits.made += 1
        const { made } = commits
        if (moment === `before commit ${made}`) throw new FalseworkError('PUBLISH_UNCERTAIN', moment)
        await publisher.commit(commit)
        if (moment === `behind commit ${made}`) throw new FalseworkError('PUBLISH_UNCERTAIN', moment)
      },
    }
  }
