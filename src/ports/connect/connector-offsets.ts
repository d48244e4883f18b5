import type { StoredOffset } from '../../core/capture/connector/stored-offset.ts'

/**
 * Where Kafka Connect lets a connector go on, and its stops and starts, between which alone it can be changed.
 *
 * To the implementer: raise `CONNECT_UNREACHABLE` when there is no answer and `CONNECTOR_REFUSED` with Connect's own
 * words when it refuses, also for a connector that is not there.
 */
export interface ConnectorOffsets {
  /** Resolves when no task of it runs any more, so that what is stored is what was sent. */
  stop(name: string): Promise<void>
  /** Lets it run. Does not wait for the task. */
  resume(name: string): Promise<void>
  /** Empty before the connector has stored any, or when it is not there. */
  read(name: string): Promise<readonly StoredOffset[]>
  /** Replaces the offsets of the partitions that are named. Only while it is stopped. */
  write(name: string, offsets: readonly StoredOffset[]): Promise<void>
}
