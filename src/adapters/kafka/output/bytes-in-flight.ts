/** How much is on its way to the brokers, and who waits until it is less. */

/** Enough for every leader to have something to do, and little enough for a process that serves many sources. */
const inFlightBytesMax = 4_194_304

/** Modes: afloat · failed, which is for good: everybody who waits, or asks to, is told why. */
export class BytesInFlight {
  private bytes = 0
  private failure: Error | null = null
  private room: Waiting | null = null
  private nothing: Waiting | null = null

  took(bytes: number): void {
    this.bytes += bytes
  }

  answered(bytes: number): void {
    this.bytes -= bytes
    if (this.bytes <= inFlightBytesMax / 2) this.room = settled(this.room)
    if (this.bytes === 0) this.nothing = settled(this.nothing)
  }

  fail(failure: Error): void {
    this.failure ??= failure
    this.room = settled(this.room, this.failure)
    this.nothing = settled(this.nothing, this.failure)
  }

  /** Null while there is room; else until half of it is free. */
  untilRoom(): Promise<void> | null {
    if (this.failure === null && this.bytes <= inFlightBytesMax) return null
    this.room ??= this.waiting()
    return this.room.promise
  }

  /** Until everything is answered. */
  async untilNothing(): Promise<void> {
    if (this.failure !== null) throw this.failure
    if (this.bytes === 0) return
    this.nothing ??= this.waiting()
    await this.nothing.promise
  }

  private waiting(): Waiting {
    const waiting = Promise.withResolvers<undefined>()
    // Whoever does not wait after all learns of a failure from the next call.
    waiting.promise.catch(() => undefined)
    if (this.failure !== null) waiting.reject(this.failure)
    return waiting
  }
}

type Waiting = PromiseWithResolvers<undefined>

function settled(waiting: Waiting | null, failure?: Error): null {
  if (failure === undefined) waiting?.resolve(undefined)
  else waiting?.reject(failure)
  return null
}
