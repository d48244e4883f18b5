/** The account by which a command works on the legacy database. */
import { Option } from 'commander'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { DatabaseAccount } from '../../../ports/database/guard.ts'

export interface AccountOptions {
  readonly as?: string
  readonly password?: string
}

export const asOption = (): Option =>
  new Option('--as <user>', 'the account in the legacy database, if not that of the connector; with --password')

export const passwordOption = (): Option =>
  new Option('--password <reference>', 'where its password stands: env:NAME or file:PATH')

/** Raises `USAGE`: a password in clear would stay in the history of the shell. */
export function accountOf({ as: user, password }: AccountOptions): DatabaseAccount | null {
  if (user === undefined && password === undefined) return null
  if (user === undefined || password === undefined || !/^(env|file):./.test(password)) {
    throw new FalseworkError('USAGE', '--as goes with --password env:NAME or --password file:PATH')
  }
  return { user, password: `\${${password}}` }
}
