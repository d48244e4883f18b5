/** One record by itself, to the first partition of a topic. */
import type { AppendRecord } from '../../ports/kafka/append-record.ts'
import { type ClusterOptions, createCluster } from './cluster/kafkajs.ts'
import { connectionError } from './cluster/protocol-error.ts'
import { sendRequest } from './cluster/send-request.ts'
import { produceRequest, readProduceResponse } from './codec/produce.ts'
import { noProducer, RecordBatchWriter } from './codec/record-batch-writer.ts'
import { leaderOf } from './output/leader-lane.ts'

/** Connects for each record: they are few. */
export const createAppendRecord =
  (options: ClusterOptions): AppendRecord =>
  async (topic, { key, value }) => {
    const cluster = createCluster(options)
    try {
      await cluster.connect()
      await cluster.addMultipleTargetTopics([topic])
      const partition = 0
      const batch = new RecordBatchWriter()
      batch.append({ topic, partition, key, value, fixedHeaders: [], headers: [] })
      const bytes = batch.seal({ producer: noProducer, baseSequence: -1, timestampMs: Date.now() })
      const request = produceRequest({
        transactionalId: null,
        timeoutMs: options.requestTimeoutMs,
        topics: [{ topic, partitions: [{ partition, batch: bytes }] }],
      })
      const leader = await cluster.findBroker({ nodeId: leaderOf(cluster, { topic, partition }) })
      const [written] = readProduceResponse(await sendRequest(leader, request))
      return { offset: written?.baseOffset ?? -1 }
    } catch (cause) {
      throw connectionError(cause, options.brokers)
    } finally {
      await cluster.close()
    }
  }
