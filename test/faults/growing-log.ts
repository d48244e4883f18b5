/** A raw log in the form that Debezium writes, which grows while daemons come and go: no connector is needed for it. */
import { join } from 'node:path'
import { RawLogLoader } from '../../bench/bench-kafka.ts'
import { transactionRecords } from '../../bench/workload.ts'
import { connectKafka } from '../../src/adapters/kafka/connect-kafka.ts'
import { rawLogTopic } from '../../src/core/delivery/own-topics.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import { isolated } from '../stack/isolated.ts'
import { daemonEnvironment } from './daemon-environment.ts'
import { pause, root } from './daemon-process.ts'
import type { CapturedLog } from './translation.ts'

const source = 'bench'
/** Ten changes twenty times a second: there is always something to publish, and always something after it. */
const intervalMs = 50

export class GrowingLog {
  readonly log: CapturedLog
  private readonly loader: RawLogLoader
  private readonly topic: string
  private growing: Promise<void> = Promise.resolve()
  private wanted: 'grow' | 'rest' = 'rest'
  private transactions = 0

  private constructor(parts: { log: CapturedLog; loader: RawLogLoader; topic: string }) {
    this.log = parts.log
    this.loader = parts.loader
    this.topic = parts.topic
  }

  static async open(name: string): Promise<GrowingLog> {
    const { stack, prefix } = isolated(name)
    const names = topicNames(prefix)
    const kafka = connectKafka({
      brokers: [stack.brokers],
      clientId: 'fault-tests',
      requestTimeoutMs: 10_000,
      names,
      replicationFactor: 1,
    })
    await kafka.topicAdmin.ensure([rawLogTopic(names, source)])
    const topic = names.rawLog(source)
    const loader = new RawLogLoader(stack.brokers)
    await loader.open(topic)
    const log: CapturedLog = {
      source,
      place: { folder: join(root, 'bench', 'project'), environment: daemonEnvironment(stack, prefix) },
      eventTopics: ['order-changes.v1'],
      reader: kafka.topicReader,
      close: async () => {
        await loader.close()
        await kafka.close()
      },
    }
    return new GrowingLog({ log, loader, topic })
  }

  /** Source transactions that stand in it. */
  get length(): number {
    return this.transactions
  }

  grow(): void {
    this.wanted = 'grow'
    this.growing = this.append()
  }

  /** Resolves when everything that was begun stands in the log. */
  async rest(): Promise<void> {
    this.wanted = 'rest'
    await this.growing
  }

  private async append(): Promise<void> {
    while (this.wanted === 'grow') {
      await this.loader.append(transactionRecords(this.topic, this.transactions))
      this.transactions += 1
      await this.loader.flush()
      await pause(intervalMs)
    }
  }
}
