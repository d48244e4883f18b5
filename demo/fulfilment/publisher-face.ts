/** What of falsework the service uses: the publisher for native services, and nothing of its translator. */
import type { Value } from '../../src/core/values/value.ts'

/** Publishes under one transactional id; whoever opens it again fences this one. */
export interface NativePublisher {
  /** That of the last batch which was published under this transactional id; null: none was. */
  readonly position: string | null
  /** Makes the events visible together with the position. Raises an error with code NATIVE_FENCED when another opened it. */
  publish(batch: { readonly events: readonly NativeEvent[]; readonly position: string }): Promise<void>
  close(): Promise<void>
}

export interface NativeEvent {
  readonly mapping: string
  /** A store's number; null: of no store. */
  readonly scope: string | null
  readonly topic: 'orders.v1'
  /** `mirrored`: of an order that the legacy shop owns; `own`: of one that the service owns. */
  readonly origin: 'mirrored' | 'own'
  readonly event: string
  readonly version: number
  readonly key: string
  /** Absent: the key. */
  readonly subject?: string
  readonly id: string
  /** µs since 1970. */
  readonly timeUs: bigint
  /** By the contract: decimals unscaled, instants in µs, dates in days since 1970. */
  readonly fields: Readonly<Record<string, Value>>
}

export interface NativeContract {
  readonly event: string
  readonly version: number
  readonly topic: 'orders.v1'
  /** The Avro schema. */
  readonly text: string
}

export interface NativePublisherOptions {
  readonly brokers: string
  readonly transactionalId: string
  readonly registryUrl: string
  readonly contracts: readonly NativeContract[]
  readonly source: string
}

interface NativeModule {
  openNativePublisher(options: NativePublisherOptions): Promise<NativePublisher>
}

export async function openNativePublisher(options: NativePublisherOptions): Promise<NativePublisher> {
  // The name is computed because a checkout may be without the helper.
  const place = new URL('../../src/native/index.ts', import.meta.url).href
  const native = (await import(place)) as NativeModule
  return await native.openNativePublisher(options)
}
