import { describe, expect, it } from 'vitest'
import { expectKeys, keyFingerprint } from '../../../src/core/registry/key-fingerprint.ts'
import { contentOf } from './records.ts'

describe('the keys of a revision', () => {
  const content = { ...contentOf('account'), keys: { 'customer-email': keyFingerprint('secret') } }

  it('are accepted when they are the ones it was registered with', () => {
    expect(() => expectKeys(content, new Map([['customer-email', 'secret']]))).not.toThrow()
  })

  it.each([
    ['missing', new Map<string, string>(), 'needs the key customer-email, which is not configured'],
    ['another', new Map([['customer-email', 'other']]), 'was registered with another key customer-email'],
  ])('stop the source when one is %s, without showing it', (_what, keys, message) => {
    const check = () => expectKeys(content, keys)
    expect(check).toThrow(
      expect.objectContaining({ code: 'PSEUDONYM_KEY_MISMATCH', message: `mapping account ${message}` }),
    )
  })
})
