import type { Signal } from '../../core/capture/connector/snapshot-signal.ts'

/**
 * Writes into the signal table of a connector. To the implementer: nothing else is changed, and the row is committed
 * when `send` is fulfilled.
 */
export interface SignalSender {
  /** Raises `DATABASE_UNREACHABLE`, `DATABASE_REFUSED` and `NOT_AUTHORISED`. */
  send(signal: Signal): Promise<void>
  close(): Promise<void>
}

/** Opens the database that the connector of the source names. Raises the same. */
export type OpenSignalSender = (source: string) => Promise<SignalSender>
