/** What LMDB and the file system say, as an error of falsework. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'

/** What is read is not what was written. */
export class Damage extends Error {}

/** What LMDB says of pages that are not as it has written them: PAGE_NOTFOUND, CORRUPTED, INVALID. */
const damageCodes: ReadonlySet<string> = new Set(['-30797', '-30796', '-30793'])

/** Whether it tells of bytes that were changed by something else than the store. */
export const isDamage = (cause: unknown): boolean => cause instanceof Damage || damageCodes.has(codeOf(cause))

/** `STORE_DAMAGED` where that is the cause, else `STORE_FAILED`. */
export const failure = (what: string, cause: unknown): FalseworkError =>
  new FalseworkError(
    isDamage(cause) ? 'STORE_DAMAGED' : 'STORE_FAILED',
    `${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  )

/** `ENOENT` and its like, and numbers of LMDB; empty for what is no error of the two. */
export const codeOf = (cause: unknown): string => (cause instanceof Error && 'code' in cause ? String(cause.code) : '')
