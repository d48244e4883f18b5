/** The contracts of the Kafka ports, kept by the Kafka adapter on the real broker. */
import { describeAppendRecord } from '../../contract/append-record.ts'
import { describeConsumerGroups } from '../../contract/consumer-groups.ts'
import { describeControlLog } from '../../contract/control-log.ts'
import { describeLease } from '../../contract/lease.ts'
import { describeNativePublisher } from '../../contract/native-publisher.ts'
import { describeOwnershipLog } from '../../contract/ownership-log.ts'
import { describeProducerIds } from '../../contract/producer-ids.ts'
import { describePublisher } from '../../contract/publisher.ts'
import { describeRawLog } from '../../contract/raw-log.ts'
import { describeTopicAdmin } from '../../contract/topic-admin.ts'
import { describeTopicReader } from '../../contract/topic-reader.ts'
import { describeTransactionalOutput } from '../../contract/transactional-output.ts'
import { brokerHarness } from './broker-harness.ts'

describePublisher('on Kafka', brokerHarness)
describeRawLog('on Kafka', brokerHarness)
describeLease('on Kafka', brokerHarness)
describeControlLog('on Kafka', brokerHarness)
describeTopicAdmin('on Kafka', brokerHarness)
describeTopicReader('on Kafka', brokerHarness)
describeAppendRecord('on Kafka', brokerHarness)
describeTransactionalOutput('on Kafka', brokerHarness)
describeOwnershipLog('on Kafka', brokerHarness)
describeNativePublisher('on Kafka', brokerHarness)
describeConsumerGroups('on Kafka', brokerHarness)
describeProducerIds('on Kafka', brokerHarness)
