/** Which partition a key goes to: as Java's default partitioner decides, so that every producer of a topic agrees. */

const multiplier = 0x5bd1e995
const seed = 0x9747b28c

/** The partition of a key in a topic of that many partitions (Kafka's `Utils.toPositive(murmur2(key)) % n`). */
export function partitionOf(key: Buffer, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}

/** Kafka's `Utils.murmur2`: 32 bits, little-endian words, as a signed integer. */
export function murmur2(bytes: Buffer): number {
  const length = bytes.length
  const wordsEnd = length - (length % 4)
  let hash = seed ^ length
  for (let i = 0; i < wordsEnd; i += 4) {
    let word = Math.imul(bytes.readInt32LE(i), multiplier)
    word = Math.imul(word ^ (word >>> 24), multiplier)
    hash = Math.imul(hash, multiplier) ^ word
  }
  if (wordsEnd < length) {
    let tail = 0
    for (let i = length - 1; i >= wordsEnd; i--) tail = (tail << 8) | bytes.readUInt8(i)
    hash = Math.imul(hash ^ tail, multiplier)
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}
