/** How a connection is encrypted: the connector's `database.sslmode` and certificates, in the words of node:tls. */
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'

/** Settings of a connector file, behind `database.`; paths of files as they are seen from here. */
export interface Encryption {
  readonly sslmode: string
  readonly sslrootcert?: string | undefined
  readonly sslcert?: string | undefined
  /** PEM, or PKCS#8 DER as the JDBC driver takes it. */
  readonly sslkey?: string | undefined
  readonly sslpassword?: string | undefined
}

/** `false`: in the clear. */
export type Attempt = ConnectionOptions | false

/**
 * What is to be tried, in order; the next only when the server has refused this way of connecting.
 *
 * Without `sslrootcert` the authorities that Node knows are trusted. Raises `CONFIG_INVALID`.
 */
export function attempts(encryption: Encryption, host: string): readonly Attempt[] {
  const { sslmode, sslrootcert } = encryption
  // An address has no name for TLS to ask for: the certificate is held against `host`.
  const client = (): ConnectionOptions => ({ host, ...clientCertificate(encryption) })
  const unverified = (): ConnectionOptions => ({ ...client(), rejectUnauthorized: false })
  const verified = (): ConnectionOptions => ({
    ...client(),
    rejectUnauthorized: true,
    ...(sslrootcert === undefined ? {} : { ca: read('sslrootcert', sslrootcert) }),
  })
  switch (sslmode) {
    case 'disable':
      return [false]
    case 'allow':
      return [false, unverified()]
    case 'prefer':
      return [unverified(), false]
    case 'require':
      return [unverified()]
    case 'verify-ca':
      return [{ ...verified(), checkServerIdentity: () => undefined }]
    case 'verify-full':
      return [verified()]
    default:
      throw new FalseworkError(
        'CONFIG_INVALID',
        `database.sslmode is '${sslmode}', expected disable, allow, prefer, require, verify-ca or verify-full`,
      )
  }
}

function clientCertificate({ sslcert, sslkey, sslpassword }: Encryption): ConnectionOptions {
  if (sslcert === undefined || sslkey === undefined) return {}
  return { cert: read('sslcert', sslcert), key: privateKey(sslkey, sslpassword) }
}

function privateKey(path: string, passphrase = ''): string {
  const key = read('sslkey', path)
  const format = key.includes('-----BEGIN') ? 'pem' : 'der'
  try {
    const options = { key, format, type: 'pkcs8', passphrase } as const
    return createPrivateKey(options).export({ type: 'pkcs8', format: 'pem' }).toString()
  } catch (cause) {
    throw new FalseworkError('CONFIG_INVALID', `database.sslkey: ${path} is no key that can be read`, { cause })
  }
}

function read(setting: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new FalseworkError('CONFIG_INVALID', `database.${setting}: ${path} cannot be read from here`, { cause })
  }
}
