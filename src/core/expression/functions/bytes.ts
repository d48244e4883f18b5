/** Functions of bytes. */
import { ValueError } from '../../values/value-error.ts'
import { type FunctionDeclaration, simple } from './declaration.ts'

export const byteFunctions: readonly FunctionDeclaration[] = [
  simple({
    name: 'bits',
    summary: 'The number that the bits of a bit string are, as the connector sends them; class overflow beyond 63.',
    parameters: [{ name: 'x', kinds: ['bytes'] }],
    examples: [],
    failure: 'possible',
    result: { kind: 'long' },
    apply: (x) => {
      let value = 0n
      // Debezium's Bits are little-endian.
      for (const byte of (x as Uint8Array).toReversed()) value = (value << 8n) | BigInt(byte)
      if (BigInt.asIntN(64, value) !== value) throw new ValueError('overflow', 'more than 63 bits')
      return value
    },
  }),
]
