/** Confluent's wire format V0: a zero byte, the schema's id in four bytes, then the Avro bytes. */

const magic = 0
const headerBytes = 5

export function frame(schemaId: number, avro: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(headerBytes + avro.length)
  framed[0] = magic
  framed.writeInt32BE(schemaId, 1)
  framed.set(avro, headerBytes)
  return framed
}

/** The parts of a framed value; null when it is not framed so. The Avro bytes are a view. */
export function unframe(value: Buffer): { readonly schemaId: number; readonly avro: Buffer } | null {
  if (value.length < headerBytes || value[0] !== magic) return null
  return { schemaId: value.readInt32BE(1), avro: value.subarray(headerBytes) }
}
