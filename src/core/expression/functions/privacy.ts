/** Functions after which personal data is no longer recognisable, and ids that are computed. */
import { createHash, createHmac } from 'node:crypto'
import { suggestion } from '../../diagnostics/nearest-name.ts'
import { asText, constantInt, constantText, type FunctionDeclaration, refused, resolved, text } from './declaration.ts'
import { counted } from './text/counted.ts'

const stringType = { kind: 'string' } as const

export const privacyFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'pseudonym',
    summary:
      'HMAC-SHA-256 of the text under a named secret key, in hexadecimal: equal for equal texts, not reversible.',
    parameters: [constantText('key'), text()],
    examples: [["size(pseudonym('customer-email', 'ann@example.org'))", '64']],
    gives: 'string',
    failure: 'never',
    personalData: 'clears',
    resolve: ([key], { keys }) => {
      const name = asText(key?.constant ?? null)
      const secret = keys.get(name)
      if (secret === undefined) {
        return refused('FW2208', 0, `there is no key '${name}'`, suggestion(name, keys.keys()))
      }
      return resolved(stringType, (_key, x) => createHmac('sha256', secret).update(asText(x)).digest('hex'))
    },
  },
  {
    name: 'mask',
    summary: 'The text with all but its last n characters replaced by *.',
    parameters: [text(), constantInt('keep')],
    examples: [["mask('4111222233334444', 4)", '"************4444"']],
    gives: 'string',
    failure: 'never',
    ...counted({
      least: 0,
      apply: (x, keep) => {
        const characters = Array.from(x)
        const hidden = Math.max(0, characters.length - keep)
        return '*'.repeat(hidden) + characters.slice(hidden).join('')
      },
    }),
  },
  {
    name: 'uuid5',
    summary: 'The name-based UUID (version 5, RFC 9562) of a text in a constant namespace.',
    parameters: [constantText('namespace'), text()],
    examples: [
      ["uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')", '"2ed6657d-e927-568b-95e1-2665a8aea6a2"'],
    ],
    gives: 'uuid',
    failure: 'never',
    resolve: ([namespace]) => {
      const digits = asText(namespace?.constant ?? null).replaceAll('-', '')
      if (!/^[0-9a-f]{32}$/i.test(digits)) return refused('FW2207', 0, 'the namespace is not a UUID')
      const prefix = Buffer.from(digits, 'hex')
      return resolved({ kind: 'uuid' }, (_namespace, x) => nameBasedUuid(prefix, asText(x)))
    },
  },
]

function nameBasedUuid(namespace: Buffer, name: string): string {
  const hash = createHash('sha1').update(namespace).update(name).digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
