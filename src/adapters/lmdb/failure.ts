/** What LMDB and the file system say, as an error of falsework. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'

export const failure = (what: string, cause: unknown): FalseworkError =>
  new FalseworkError('STORE_FAILED', `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })

/** `ENOENT` and its like; empty for what is no error of the system. */
export const codeOf = (cause: unknown): string => (cause instanceof Error && 'code' in cause ? String(cause.code) : '')
