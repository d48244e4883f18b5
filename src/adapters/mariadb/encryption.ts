/** How a connection is encrypted: the connector's `database.ssl.mode`, in the words of node:tls. */
import type { SslOptions } from 'mysql2/promise'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'

/**
 * Undefined: in the clear. The connector's stores of keys are Java's; here the authorities that Node knows are trusted,
 * and those of NODE_EXTRA_CA_CERTS.
 *
 * Raises `CONFIG_INVALID`.
 */
export function encryptionOf(sslMode: string): SslOptions | undefined {
  switch (sslMode.trim().toLowerCase()) {
    case 'disable':
      return undefined
    case 'trust':
      return { rejectUnauthorized: false }
    case 'verify-ca':
      return { rejectUnauthorized: true, verifyIdentity: false }
    case 'verify-full':
      return { rejectUnauthorized: true, verifyIdentity: true }
    default:
      throw new FalseworkError(
        'CONFIG_INVALID',
        `database.ssl.mode is '${sslMode}', expected disable, trust, verify-ca or verify-full`,
      )
  }
}
