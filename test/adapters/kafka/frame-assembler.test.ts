/** A stream of bytes becomes frames, however it was cut. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameAssembler } from '../../../src/adapters/kafka/cluster/frame-socket.ts'

const frameOf = (size: number, filler: number): Buffer => {
  const frame = Buffer.alloc(4 + size, filler)
  frame.writeInt32BE(size, 0)
  return frame
}

const assemblerFor = (onFrame: (frame: Buffer) => void): FrameAssembler =>
  new FrameAssembler({ onFrame, onForeign: () => expect.unreachable() })

/** Feeds bytes as a kernel would: never more than there is space for. */
function feed(assembler: FrameAssembler, bytes: Buffer, pieces: Iterator<number>): void {
  for (let at = 0; at < bytes.length; ) {
    const space = assembler.space()
    const size = Math.min(space.length, bytes.length - at, Math.max(1, Number(pieces.next().value ?? 1)))
    bytes.copy(space, 0, at, at + size)
    assembler.received(size)
    at += size
  }
}

const sizes = fc.array(fc.oneof(fc.nat({ max: 200 }), fc.integer({ min: 65_000, max: 66_000 }), fc.constant(200_000)), {
  maxLength: 8,
})
const pieces = fc.infiniteStream(fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1_000, max: 100_000 })))

test('every frame comes out whole, in order, however the bytes arrive', () => {
  fc.assert(
    fc.property(sizes, pieces, (frameSizes, stream) => {
      const sent = frameSizes.map((size, index) => frameOf(size, index))
      const received: Buffer[] = []
      const assembler = assemblerFor((frame) => received.push(Buffer.from(frame)))
      feed(assembler, Buffer.concat(sent), stream)
      expect(received.length).toBe(sent.length)
      for (const [index, frame] of received.entries()) expect(frame.equals(sent[index] ?? Buffer.alloc(0))).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test('a large frame stays as it is while the next three are read', () => {
  const received: Buffer[] = []
  const assembler = assemblerFor((frame) => received.push(frame))
  const whole = [1_000_000][Symbol.iterator]()
  for (let filler = 0; filler < 4; filler++) feed(assembler, frameOf(100_000, filler), whole)
  for (const [filler, frame] of received.entries()) expect(frame.equals(frameOf(100_000, filler))).toBe(true)
})

test('small frames stay as they are', () => {
  const received: Buffer[] = []
  const assembler = assemblerFor((frame) => received.push(frame))
  const sent = Array.from({ length: 2_000 }, (_, index) => frameOf(100, index % 251))
  feed(assembler, Buffer.concat(sent), fc.sample(pieces, 1)[0] ?? [][Symbol.iterator]())
  for (const [index, frame] of received.entries()) expect(frame.equals(sent[index] ?? Buffer.alloc(0))).toBe(true)
})

test.each([
  ['an HTTP answer', Buffer.from('HTTP/1.1 400 Bad Request')],
  ['a TLS alert', Buffer.from('15030300020246', 'hex')],
  ['a negative length', Buffer.from('fffffffc00000000', 'hex')],
])('%s is no frame, and is not waited for', (_what, bytes) => {
  let foreign = 0
  const assembler = new FrameAssembler({ onFrame: () => expect.unreachable(), onForeign: () => (foreign += 1) })
  feed(assembler, bytes, [1_000][Symbol.iterator]())
  expect(foreign).toBeGreaterThan(0)
})
