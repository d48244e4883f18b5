import type { ErrorCodes } from '../error-code.ts'

/** What can go wrong between the raw log and the event topics. */
export const deliveryCodes = {
  KAFKA_UNREACHABLE: {
    name: 'kafka-unreachable',
    summary: 'No broker answers, or a connection broke.',
    remedy: 'Look whether the brokers of kafka.brokers run and can be reached from here.',
    disposition: 'retry',
  },
  SCHEMAS_UNREACHABLE: {
    name: 'schemas-unreachable',
    summary: 'A record in Avro names a schema that was not fetched yet, and the schema registry does not answer.',
    remedy:
      'Look whether it runs and whether registry.url is right, path included. What is known is translated meanwhile.',
    disposition: 'retry',
  },
  TOPIC_MISSING: {
    name: 'topic-missing',
    summary: 'The brokers answer, and do not have a topic, or do not serve it yet.',
    remedy:
      'Look whether kafka.brokers is the right cluster and topics.prefix the right prefix; `falsework connector apply` creates ' +
      'a raw log, `falsework register` the topics of events.',
    disposition: 'retry',
  },
  KAFKA_CLIENT: {
    name: 'kafka-client',
    summary: 'The Kafka client library is not the version that this build was made for.',
    remedy: 'Install the packages exactly as package-lock.json says.',
    disposition: 'stop',
  },
  KAFKA_INCOMPATIBLE: {
    name: 'kafka-incompatible',
    summary: 'A broker answers, and does not speak requests that falsework sends.',
    remedy: 'Upgrade the brokers to Kafka 3.1 or later, all of them; then restart the daemon.',
    disposition: 'stop',
  },
  FENCED: {
    name: 'fenced',
    summary: 'Another instance has opened the source since.',
    remedy: 'Nothing to do: the newer instance works, this one waits for the lease.',
    disposition: 'retry',
  },
  TRANSACTION_TIMED_OUT: {
    name: 'transaction-timed-out',
    summary:
      'Kafka ends the transaction of this source again and again at one position, and no other instance is there.',
    remedy:
      'It takes longer than its time-out: raise kafka.transactionTimeoutMs (at most transaction.max.timeout.ms of the brokers), or let the application write smaller transactions. If another process uses this installation without a place in its consumer groups, end it.',
    disposition: 'halt',
  },
  PUBLISH_REFUSED: {
    name: 'publish-refused',
    summary: 'The broker refuses these very records.',
    remedy:
      'Read the reason: raise max.message.bytes of the topic (an event that is larger by itself fails its rule with class tooLarge and refuses nothing else), grant the translator its rights, or create the missing topic. The source tries again by itself, or at once with `falsework resume SOURCE --reason TEXT`.',
    disposition: 'retry',
  },
  PUBLISH_UNCERTAIN: {
    name: 'publish-uncertain',
    summary: 'It is unknown whether a transaction became visible.',
    remedy: 'Nothing to do: the source fences itself, reads its checkpoint and replays.',
    disposition: 'retry',
  },
  PUBLISHER_SPENT: {
    name: 'publisher-spent',
    summary: 'A publisher was used after it had failed.',
    remedy: 'Report it: a failed publisher must be discarded.',
    disposition: 'halt',
  },
  BARRIER_NOT_SEEN: {
    name: 'barrier-not-seen',
    summary: 'The checkpoint topic does not show the barrier that was just written: the read is stale.',
    remedy: 'Nothing to do: the source opens again. If it stays, look at the health of the checkpoint topic.',
    disposition: 'retry',
  },
  RAW_GAP: {
    name: 'raw-gap',
    summary: 'The raw log does not continue where the checkpoint ends.',
    remedy:
      'Records were deleted before they were read. Restore the log from a backup, or take a new snapshot as a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`); set retention.ms=-1 on the raw log.',
    disposition: 'halt',
  },
  WRONG_LOG: {
    name: 'wrong-log',
    summary: 'The raw log is not the one that the checkpoint was taken of.',
    remedy:
      'Look whether kafka.brokers and topics.prefix name another installation. Where the topic was made anew on purpose, let the connector begin it with a snapshot, and start a new incarnation there (`falsework resume SOURCE --new-incarnation --from 0 --reason TEXT`).',
    disposition: 'halt',
  },
  UNSUPPORTED_CODEC: {
    name: 'unsupported-codec',
    summary: 'A batch of the raw log is compressed with a codec that this build does not have.',
    remedy:
      'Run a build that has it. To write another one, set compression.type of the topic to producer and that of the connector to zstd; what is compressed already stays so.',
    disposition: 'halt',
    scope: 'instance',
  },
  CORRUPT_BATCH: {
    name: 'corrupt-batch',
    summary:
      'A batch of a log does not have its checksum, is not what the protocol says, or comes to more than 64 MB when it is decompressed.',
    remedy:
      'Look at disk and network of the broker, and at who else writes to the log; if the record is lost, take a new snapshot as a new incarnation (`falsework resume SOURCE --new-incarnation --reason TEXT`).',
    disposition: 'halt',
  },
  CHECKPOINT_CORRUPT: {
    name: 'checkpoint-corrupt',
    summary: 'The newest checkpoint cannot be read.',
    remedy: 'Nobody but falsework may write the checkpoint topic: look who did, and restore the record before it.',
    disposition: 'halt',
  },
  NEWER_FORMAT: {
    name: 'newer-format',
    summary: 'The checkpoint was written by a newer build.',
    remedy: 'Run that build or a newer one.',
    disposition: 'halt',
    scope: 'instance',
  },
  HELD_TOO_MUCH: {
    name: 'held-too-much',
    summary: 'More inputs would wait behind failed ones than may be held.',
    remedy:
      'Correct the mapping that `falsework status` names and register it: what waits is released then. Or raise limits.heldInputs or limits.heldBytes; each held input is translated again when it is released.',
    disposition: 'halt',
  },
  HELD_UNREADABLE: {
    name: 'held-unreadable',
    summary: 'An input that waits cannot be read from the log of held inputs, or is not there.',
    remedy:
      'Nobody but falsework may write that topic, and nothing may delete of it: look who did, and restore the records; retention.ms must be -1.',
    disposition: 'halt',
  },
  LEASE_CLOSED: {
    name: 'lease-closed',
    summary: 'The lease was closed while it was waited for.',
    remedy: 'Nothing to do: the process is leaving.',
    disposition: 'stop',
  },
} as const satisfies ErrorCodes
