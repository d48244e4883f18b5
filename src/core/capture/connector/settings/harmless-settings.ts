/** Settings of the connector that change neither what arrives nor whether it arrives; every other one is looked at. */

const names = new Set(
  `
  name tasks.max tasks.max.enforce connector.plugin.version config.action.reload
  key.converter.plugin.version value.converter.plugin.version header.converter.plugin.version
  key.converter.replace.null.with.default key.converter.decimal.format value.converter.decimal.format
  key.converter.schemas.cache.size value.converter.schemas.cache.size
  errors.log.enable errors.log.include.messages errors.retry.timeout errors.retry.delay.max.ms errors.max.retries
  retriable.restart.connector.wait.ms
  transaction.boundary transaction.boundary.interval.ms offsets.storage.topic

  database.hostname database.port database.dbname database.user database.password database.tcpKeepAlive
  database.query.timeout.ms connection.validation.timeout.ms
  database.server.id.offset connect.timeout.ms connect.keep.alive connect.keep.alive.interval.ms
  use.nongraceful.disconnect min.row.count.to.stream.results
  slot.name slot.failover slot.max.retries slot.retry.delay.ms
  publication.name publish.via.partition.root replica.identity.autoset.values
  topic.prefix heartbeat.topics.prefix topic.heartbeat.prefix topic.transaction topic.delimiter topic.cache.size
  table.ignore.builtin read.only

  poll.interval.ms poll.dispatch.interval.ms max.batch.size max.queue.size max.queue.size.in.bytes query.fetch.size
  queue.provider.type streaming.delay.ms status.update.interval.ms xmin.fetch.interval.ms executor.shutdown.timeout.ms
  lsn.flush.timeout.ms lsn.flush.timeout.action
  snapshot.delay.ms snapshot.fetch.size snapshot.lock.timeout.ms snapshot.locking.mode snapshot.max.threads
  snapshot.max.threads.multiplier snapshot.tables.order.by.row.count legacy.snapshot.max.threads
  incremental.snapshot.allow.schema.changes incremental.snapshot.chunk.size incremental.snapshot.watermarking.strategy

  extended.headers.enabled include.schema.comments include.schema.changes include.unknown.datatypes
  schema.name.adjustment.mode column.propagate.source.type datatype.propagate.source.type
  message.prefix.include.list message.prefix.exclude.list
  custom.metric.tags custom.sanitize.pattern statistics.metrics.enabled
  guardrail.collections.max guardrail.collections.limit.action
  memory.management.schemas.class memory.management.tables.class
  internal.advanced.metrics.enable internal.create.slot.command.timeout internal.custom.retriable.exception
  internal.legacy.snapshot.max.threads internal.offset.activity.monitor.interval.ms
  internal.signal.processor.semaphore.wait.ms internal.signal.synchronous.batch.size
  internal.slot.seek.to.known.offset.on.start internal.snapshot.scan.all.columns.force
  `
    .trim()
    .split(/\s+/),
)

/** Families that are about connections, sizes and reports. */
const families = [
  /^database\.ssl/,
  /^binlog\.(buffer\.size$|net\.)/,
  /^schema\.history\.internal(\.|$)/,
  /^(key|value)\.converter\.(schema\.registry|basic\.auth|bearer\.auth|proxy|auto\.register|max\.schemas|connect\.meta|enhanced\.avro|avro\.remove|normalize\.schemas|latest\.)/,
  /^signal\./,
  /^notification\./,
  /^openlineage\.integration\./,
  /^topic\.creation\./,
  /^(admin|consumer)\.override\./,
  /^producer\.override\.(batch|buffer|client|compression|connections|delivery|linger|max\.block|max\.request|metadata|metric|metrics|receive|reconnect|request|retry|sasl|security|send|socket|ssl|transaction)\./,
]

export const isHarmless = (setting: string): boolean =>
  names.has(setting) || families.some((family) => family.test(setting))
