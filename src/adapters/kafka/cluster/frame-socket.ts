/** Sockets that give whole frames of the Kafka protocol, read from the kernel straight into the buffer that is given. */
import { connect, type Socket } from 'node:net'

/** As kafkajs calls it for a connection without TLS. */
export interface SocketAddress {
  readonly host: string
  readonly port: number
  readonly onConnect: () => void
}

const keepAliveDelayMs = 60_000

/** A `data` event of this socket is one frame, or the start of a small one. */
export function frameSocket({ host, port, onConnect }: SocketAddress): Socket {
  const assembler = new FrameAssembler({
    onFrame: (frame) => socket.emit('data', frame),
    onForeign: () => socket.destroy(new Error(`${host}:${port} does not speak the Kafka protocol without TLS`)),
  })
  const socket: Socket = connect(
    {
      host,
      port,
      noDelay: true,
      onread: {
        buffer: () => assembler.space(),
        callback: (size) => {
          assembler.received(size)
          return true
        },
      },
    },
    onConnect,
  )
  socket.setKeepAlive(true, keepAliveDelayMs)
  return socket
}

const lengthBytes = 4
/** No answer is as long; what another protocol says in its first four bytes is. */
const frameBytesMax = 0x1000_0000
/** Holds many small answers, and the beginning of a large one. */
const scratchBytes = 65_536

/**
 * Large frames are read into buffers that are used in turn, since megabytes from fresh memory cost more than reading
 * them: a large frame stays as it is until so many more have come.
 */
const largeFramesKept = 4
/** Buffers grow in steps, so that frames of nearly the same size fit. */
const bufferStepBytes = 65_536

/** Modes: between frames, reading into the scratch buffer · inside a large frame, reading into its buffer. */
export class FrameAssembler {
  private readonly onFrame: (frame: Buffer) => void
  /** The bytes are no frames: nothing more is taken from them. */
  private readonly onForeign: () => void
  private readonly scratch = Buffer.allocUnsafeSlow(scratchBytes)
  private scratchFilled = 0
  private frame: Buffer | null = null
  private frameFilled = 0
  private readonly kept: Buffer[] = []
  private turn = 0

  constructor(events: { readonly onFrame: (frame: Buffer) => void; readonly onForeign: () => void }) {
    this.onFrame = events.onFrame
    this.onForeign = events.onForeign
  }

  /** Where the next bytes are to be written. Never empty. */
  space(): Buffer {
    if (this.frame !== null) return this.frame.subarray(this.frameFilled)
    return this.scratch.subarray(this.scratchFilled)
  }

  /** So many bytes were written to `space()`. */
  received(size: number): void {
    if (this.frame !== null) {
      this.frameFilled += size
      if (this.frameFilled < this.frame.length) return
      const { frame } = this
      this.frame = null
      this.onFrame(frame)
      return
    }
    this.scratchFilled += size
    this.cutScratch()
  }

  private cutScratch(): void {
    let start = 0
    while (this.scratchFilled - start >= lengthBytes) {
      const size = lengthBytes + this.scratch.readInt32BE(start)
      if (size < lengthBytes || size > frameBytesMax) {
        this.scratchFilled = 0
        this.onForeign()
        return
      }
      const end = start + size
      if (end > this.scratchFilled) {
        if (size > scratchBytes) {
          this.beginFrame(size, start)
          return
        }
        break
      }
      // A copy: the scratch buffer is written again.
      this.onFrame(Buffer.from(this.scratch.subarray(start, end)))
      start = end
    }
    this.scratch.copyWithin(0, start, this.scratchFilled)
    this.scratchFilled -= start
  }

  private beginFrame(size: number, start: number): void {
    this.frame = this.nextBuffer(size).subarray(0, size)
    this.frameFilled = this.scratch.copy(this.frame, 0, start, this.scratchFilled)
    this.scratchFilled = 0
  }

  private nextBuffer(size: number): Buffer {
    const turn = this.turn
    this.turn = (turn + 1) % largeFramesKept
    const known = this.kept[turn]
    if (known !== undefined && known.length >= size) return known
    const buffer = Buffer.allocUnsafeSlow(Math.ceil(size / bufferStepBytes) * bufferStepBytes)
    this.kept[turn] = buffer
    return buffer
  }
}
