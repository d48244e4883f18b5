/** Topics for scripts and tests, there on every broker when it returns. */
import type { Admin, ITopicConfig } from 'kafkajs'

const lookMs = 50

/**
 * kafkajs waits for leaders, too, and fails when a broker says that it does not have the topic yet, as a busy one does
 * for a moment.
 */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ topics, waitForLeaders: false })
  while (!(await areThere(admin, topics))) await new Promise((resolve) => setTimeout(resolve, lookMs))
}

async function areThere(admin: Admin, topics: readonly ITopicConfig[]): Promise<boolean> {
  try {
    // Leaders themselves are asked: they are named before they know that they lead.
    for (const { topic } of topics) await admin.fetchTopicOffsets(topic)
    return true
  } catch {
    return false
  }
}
