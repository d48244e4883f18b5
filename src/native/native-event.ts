/** What a native service publishes: events, and how far in its own history they lead. */
import type { Value } from '../core/values/value.ts'

export interface NativeEvent {
  /** Whose stream it is part of: ownership is by mapping and scope. */
  readonly mapping: string
  /** The value of the mapping's structural scope, as text; null: the mapping has none. */
  readonly scope: string | null
  /** As the mapping names it: `orders.v1`. */
  readonly topic: string
  /**
   * `mirrored`: it tells of what happened in the legacy system, and goes to `native.<topic>` whoever owns the scope.
   * `own`: it happened here, goes to the public topic, and is refused as long as native does not own the scope.
   */
  readonly origin: 'mirrored' | 'own'
  /** The contract, one of those that the publisher was opened with. */
  readonly event: string
  readonly version: number
  /** Events with one key keep their order. */
  readonly key: string
  /** What it is about, such as `order/42`; the key by default. */
  readonly subject?: string
  /** Its id, the same whenever the same event is published again. */
  readonly id: string
  /** When it happened: microseconds since the epoch. */
  readonly timeUs: bigint
  /** Encoded as the contract says. One with a default may be left out; one that the contract does not have is refused. */
  readonly fields: Readonly<Record<string, Value>>
}

export interface NativeBatch {
  readonly events: readonly NativeEvent[]
  /** How far the service has come with these events, in words of its own: what `position` says to whoever opens next. */
  readonly position: string
}
