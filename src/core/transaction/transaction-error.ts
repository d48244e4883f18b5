/** An error in the order of a raw log: offset, source transaction, and what is wrong with it. */
import type { RawOffset } from '../capture/row-change.ts'
import type { captureCodes } from '../diagnostics/codes/capture.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'

export function transactionError(
  code: keyof typeof captureCodes,
  at: { readonly offset: RawOffset; readonly transaction: string; readonly message: string },
): FalseworkError {
  return new FalseworkError(code, `offset ${at.offset}: source transaction ${at.transaction}: ${at.message}`)
}
