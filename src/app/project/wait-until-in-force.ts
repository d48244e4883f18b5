/** Waits until the daemon's checkpoints have passed the registry records of a registration. */
import { decodeCheckpoint } from '../../core/delivery/checkpoint-codec.ts'
import { checkpointTopicKeys } from '../../core/delivery/checkpoint-topic.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { Clock } from '../../ports/clock-log-metrics.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import type { RegisteredOne } from './register-mappings.ts'

const pollIntervalMs = 200

/** Raises `TIMED_OUT`, and `INTERRUPTED` when `signal` fires before; the registration stands all the same. */
export async function waitUntilInForce(
  mappings: readonly Pick<RegisteredOne, 'mapping' | 'source' | 'registryOffset'>[],
  parts: {
    readonly names: TopicNames
    readonly topicReader: TopicReader
    readonly clock: Clock
    readonly timeoutMs: number
    readonly signal: AbortSignal
  },
): Promise<void> {
  const { names, topicReader, clock, timeoutMs, signal } = parts
  const deadlineMs = clock.nowMs() + timeoutMs
  for (const { mapping, source, registryOffset } of mappings) {
    for (;;) {
      const record = await topicReader.latest(names.checkpoint(source), checkpointTopicKeys.checkpoint)
      const inForce = record?.value == null ? 0 : decodeCheckpoint(record.value).registryOffset
      if (inForce > registryOffset) break
      if (signal.aborted) {
        const message = `mapping ${mapping} is registered; whether it is in force was not waited for`
        throw new FalseworkError('INTERRUPTED', message)
      }
      if (clock.nowMs() > deadlineMs) {
        throw new FalseworkError(
          'TIMED_OUT',
          `mapping ${mapping} is registered, and not in force after ${timeoutMs / 1000} s`,
        )
      }
      await clock.sleep(pollIntervalMs, signal)
    }
  }
}
