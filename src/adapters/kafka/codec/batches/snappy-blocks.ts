/**
 * Snappy as producers write it: the Java client in blocks behind a header of the xerial library, librdkafka and those
 * built on it as one block without a header.
 */
import { uncompressSync } from 'snappy'

const xerialMagic = Buffer.from('\x82SNAPPY\0', 'latin1')
/** The magic, and two versions that have never been other than 1. */
const xerialHeaderBytes = 16

/** Raises an error for what is broken. */
export function decompressSnappy(bytes: Buffer, bytesMax: number): Buffer | 'tooLarge' {
  const blocks = bytes.subarray(0, xerialMagic.length).equals(xerialMagic) ? xerialBlocks(bytes) : [bytes]
  const sizes = blocks.map(decompressedSize)
  if (sizes.reduce((total, size) => total + size, 0) > bytesMax) return 'tooLarge'
  return Buffer.concat(blocks.map(decompressedBlock))
}

/** Each is preceded by its length, int32. */
function xerialBlocks(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = []
  let at = xerialHeaderBytes
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) break
    blocks.push(bytes.subarray(at + 4, end))
    at = end
  }
  if (at !== bytes.length) throw new Error('the last block is cut off')
  return blocks
}

/** A block begins with it, as a varint. The library makes room for whatever stands there. */
function decompressedSize(block: Buffer): number {
  let size = 0
  for (let index = 0; index < 5; index++) {
    const byte = block[index]
    if (byte === undefined) break
    size += (byte & 0x7f) * 128 ** index
    if (byte < 0x80) return size
  }
  throw new Error('a block does not begin with its size')
}

function decompressedBlock(block: Buffer): Buffer {
  const decompressed = uncompressSync(block, { asBuffer: true })
  if (typeof decompressed === 'string') throw new Error('the library gives text')
  return decompressed
}
