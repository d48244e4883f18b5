/** What is put right in the connections of kafkajs 2.2.4, once for the process. */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

export function repairKafkajs(): void {
  calmRequestQueues()
  keepOrderOfRequests()
  forgetEmptyRemainders()
}

interface RequestQueue {
  push: (this: RequestQueue, request: unknown) => void
  readonly throttledUntil: number
  readonly pending: readonly unknown[]
  throttleCheckTimeoutId: ReturnType<typeof setTimeout> | null
  checkPendingRequests(): void
  scheduleCheckPendingRequests(): void
}

const pendingCheckMs = 10

/**
 * kafkajs 2.2.4 sets a timer of negative length after every look at an idle queue, which runs at once and sets the
 * next: each connection wakes the process a thousand times a second. A timer is needed only while something waits.
 */
function calmRequestQueues(): void {
  const queue = (require('kafkajs/src/network/requestQueue') as { readonly prototype: RequestQueue }).prototype
  queue.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return
    const dueInMs = Math.max(pendingCheckMs, this.throttledUntil - Date.now())
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null
      this.checkPendingRequests()
    }, dueInMs)
  }
}

interface DataConnection {
  readonly bytesBuffered: number
  chunks: readonly Buffer[]
  processData: (this: DataConnection, bytes: Buffer) => unknown
}

/** When a throttled time is over, kafkajs sends a new request before those that waited, until its timer has seen them. */
function keepOrderOfRequests(): void {
  const queue = (require('kafkajs/src/network/requestQueue') as { readonly prototype: RequestQueue }).prototype
  const { push } = queue
  queue.push = function (this: RequestQueue, request: unknown): void {
    if (this.pending.length > 0) this.checkPendingRequests()
    push.call(this, request)
  }
}

/** kafkajs keeps the nothing that is left of a frame, and copies the whole next frame behind it. */
function forgetEmptyRemainders(): void {
  const connection = (require('kafkajs/src/network/connection') as { readonly prototype: DataConnection }).prototype
  const { processData } = connection
  connection.processData = function (this: DataConnection, bytes: Buffer): unknown {
    if (this.bytesBuffered === 0) this.chunks = []
    return processData.call(this, bytes)
  }
}
