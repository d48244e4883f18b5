/** The classes of failure that a mapping's `onError` can name. */
export const errorClasses = [
  'decode',
  'nullValue',
  'badDate',
  'unknownCode',
  'missingRow',
  'rowCount',
  'overflow',
  'unavailable',
  'unmapped',
  'schemaDrift',
  'contract',
  'tooLarge',
  /** A fault of falsework itself that one input brings out. */
  'internal',
] as const
export type ErrorClass = (typeof errorClasses)[number]

/** `violation`: nothing of the input is wrong but that the new service owns its scope, and no policy reaches it. */
export type FailureClass = ErrorClass | 'violation'

/**
 * Raised by decoders and functions when one value cannot be what the mapping needs; the rule that reads it turns it
 * into the outcome its policy names. The message never contains a row value.
 */
export class ValueError extends Error {
  override readonly name = 'ValueError'
  readonly errorClass: ErrorClass

  constructor(errorClass: ErrorClass, message: string) {
    super(message)
    this.errorClass = errorClass
  }
}
