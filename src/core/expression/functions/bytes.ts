/** Functions of bytes. */
import { ValueError } from '../../values/value-error.ts'
import { type FunctionDeclaration, simple } from './declaration.ts'

const longBytes = 8

export const byteFunctions: readonly FunctionDeclaration[] = [
  simple({
    name: 'bits',
    summary: 'The number that the bits of a bit string are, as the connector sends them; class overflow beyond 63.',
    parameters: [{ name: 'x', kinds: ['bytes'] }],
    examples: [],
    failure: 'possible',
    result: { kind: 'long' },
    apply: (x) => {
      // Debezium's Bits are little-endian. A bit string may have millions of them: no number is made of those.
      const bytes = x as Uint8Array
      let value = 0n
      for (const byte of bytes.subarray(0, longBytes).toReversed()) value = (value << 8n) | BigInt(byte)
      const more = bytes.subarray(longBytes).some((byte) => byte !== 0)
      if (more || BigInt.asIntN(64, value) !== value) throw new ValueError('overflow', 'more than 63 bits')
      return value
    },
  }),
]
