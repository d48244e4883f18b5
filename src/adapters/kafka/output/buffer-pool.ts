/** Buffers of batches that were answered, for the batches to come. */
import type { BufferSource } from '../codec/byte-writer.ts'

const smallestBytes = 4_096
/** As much as is in flight at most; whatever a large transaction took beyond it goes back to the process. */
const keptBytesMax = 4_194_304

/** Sizes are powers of two, so that any buffer fits any batch of its size. */
export class BufferPool implements BufferSource {
  private readonly free = new Map<number, Buffer[]>()
  private kept = 0

  /** Of the buffers that wait to be used again. */
  get keptBytes(): number {
    return this.kept
  }

  take(bytes: number): Buffer {
    const size = sizeFor(bytes)
    const known = this.free.get(size)?.pop()
    if (known === undefined) return Buffer.allocUnsafeSlow(size)
    this.kept -= size
    return known
  }

  /** Nobody may look at the buffer any more, the socket included. */
  give(buffer: Buffer): void {
    const size = buffer.length
    if (this.kept + size > keptBytesMax || size !== sizeFor(size)) return
    const free = this.free.get(size)
    if (free === undefined) this.free.set(size, [buffer])
    else free.push(buffer)
    this.kept += size
  }
}

const sizeFor = (bytes: number): number => Math.max(smallestBytes, 2 ** Math.ceil(Math.log2(bytes)))
