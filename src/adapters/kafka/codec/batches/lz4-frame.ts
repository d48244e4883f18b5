/**
 * LZ4 frames, see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md. The library decompresses them and checks
 * their checksums, but knows no limit and takes a frame that is cut off between two blocks for a whole one; so the
 * blocks are counted before it is called.
 */
import { decompressFrameSync } from 'lz4-napi'

const magic = 0x184d2204
const flagsAt = 4
const blockSizeAt = 5
const fixedHeaderBytes = 6
const headerChecksumBytes = 1

const blockChecksumFlag = 0x10
const contentSizeFlag = 0x08
const contentChecksumFlag = 0x04
const dictionaryFlag = 0x01

/** By the number in the frame's header; others are not defined. */
const blockBytesMax: ReadonlyMap<number, number> = new Map([
  [4, 65_536],
  [5, 262_144],
  [6, 1_048_576],
  [7, 4_194_304],
])
const uncompressedBit = 0x8000_0000
const checksumBytes = 4
/** A byte of a block can say at most that 255 more are as before. */
const ratioMax = 255

/** Raises an error for what is not exactly one whole frame. */
export function decompressLz4Frame(bytes: Buffer, bytesMax: number): Buffer | 'tooLarge' {
  return mostBytesOf(bytes) > bytesMax ? 'tooLarge' : decompressFrameSync(bytes)
}

/** What the blocks of a frame come to at most: nearly what they come to, since all but the last are full. */
function mostBytesOf(frame: Buffer): number {
  if (frame.length < fixedHeaderBytes || frame.readUInt32LE(0) !== magic) throw new Error('it is no LZ4 frame')
  const flags = frame.readUInt8(flagsAt)
  const blockMax = blockBytesMax.get((frame.readUInt8(blockSizeAt) >> 4) & 0x07)
  if (blockMax === undefined) throw new Error('the frame has no size of blocks')
  const sizeOf = (flag: number, bytes: number): number => ((flags & flag) === 0 ? 0 : bytes)
  const afterBlock = sizeOf(blockChecksumFlag, checksumBytes)
  let most = 0
  let at = fixedHeaderBytes + sizeOf(contentSizeFlag, 8) + sizeOf(dictionaryFlag, 4) + headerChecksumBytes
  while (at + 4 <= frame.length) {
    const field = frame.readUInt32LE(at)
    at += 4
    if (field === 0) {
      if (at + sizeOf(contentChecksumFlag, checksumBytes) !== frame.length) break
      return most
    }
    const size = field % uncompressedBit
    most += Math.min(blockMax, field >= uncompressedBit ? size : size * ratioMax)
    at += size + afterBlock
  }
  throw new Error('the frame does not end where the batch ends')
}
