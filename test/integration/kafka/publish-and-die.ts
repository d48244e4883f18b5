/** A process that publishes twice and is killed at the named step of the second time, as by kill -9. */
import { connectKafka } from '../../../src/adapters/kafka/connect-kafka.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { batchOf, outputRecord, publish, transactionTimeoutMs } from '../../contract/kafka-batches.ts'

const [, , brokers = '', prefix = '', source = '', topic = '', dieAt = ''] = process.argv
let publishing = 0

const ports = connectKafka({
  brokers: [brokers],
  clientId: 'falsework-test',
  requestTimeoutMs: 5_000,
  names: topicNames(prefix),
  replicationFactor: 1,
  onPublishStep: (step) => {
    if (publishing === 2 && step === dieAt) process.kill(process.pid, 'SIGKILL')
  },
})
const publisher = await ports.openPublisher({ source, transactionTimeoutMs })
for (const next of [1, 2]) {
  publishing = next
  await publish(publisher, batchOf(source, next, [outputRecord(topic, { text: String(next) })]))
}
