/** Pseudonym keys by fingerprint: a revision pins which key it was registered with, and never the key. */
import { createHmac } from 'node:crypto'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { RevisionContent } from './control-record.ts'

/** Sixteen hexadecimal digits of a keyed hash: tells keys apart and gives nothing of them away. */
export function keyFingerprint(key: string): string {
  return createHmac('sha256', key).update('fingerprint of a pseudonym key').digest('hex').slice(0, 16)
}

/** Raises `PSEUDONYM_KEY_MISMATCH` when a key that the revision uses is not there, or is another one. */
export function expectKeys(content: RevisionContent, keys: ReadonlyMap<string, string>): void {
  for (const [name, fingerprint] of Object.entries(content.keys)) {
    const key = keys.get(name)
    if (key === undefined) {
      throw new FalseworkError(
        'PSEUDONYM_KEY_MISMATCH',
        `mapping ${content.mapping} needs the key ${name}, which is not configured`,
      )
    }
    if (keyFingerprint(key) !== fingerprint) {
      throw new FalseworkError(
        'PSEUDONYM_KEY_MISMATCH',
        `mapping ${content.mapping} was registered with another key ${name}`,
      )
    }
  }
}

/** For whoever only looks and has no key: pseudonyms come out as others than those that are published. */
export const standInKeys = ({ keys }: RevisionContent): ReadonlyMap<string, string> =>
  new Map(Object.keys(keys).map((name) => [name, name]))
