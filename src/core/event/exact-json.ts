/** JSON text that loses nothing of our values. */

declare global {
  interface JSON {
    /** ECMAScript's "JSON.parse source text access", in Node since 21; not yet in TypeScript's library. */
    rawJSON(text: string): object
  }
}

/** JSON that keeps integers of any size, bytes (as hex) and values that JSON has no word for (by name). */
export function exactJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, exactly, indent)
}

function exactly(this: Record<string, unknown>, key: string, converted: unknown): unknown {
  // Buffers have been turned into something else by their toJSON before they come here.
  const original = this[key]
  if (original instanceof Uint8Array) return Buffer.from(original).toString('hex')
  if (typeof converted === 'bigint') return JSON.rawJSON(converted.toString())
  if (typeof converted === 'symbol') return converted.description
  return converted instanceof Map ? Object.fromEntries(converted) : converted
}
