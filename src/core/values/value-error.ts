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

/** What each class says of an input. */
export const classMeanings: Readonly<Record<FailureClass, string>> = {
  decode: 'A value of the raw log, or a text that a function reads, does not have the form that it must have.',
  nullValue: 'A value is null where none may be.',
  badDate: 'A number or a text is no day or moment that exists, or is beyond what can be said.',
  unknownCode: 'A code is in no line of its code table, whose `unknown` is error.',
  missingRow: 'A look-up finds no row, and `missing` is error.',
  rowCount: 'A `with` or a look-up finds fewer or more rows than its `rows` says.',
  overflow: 'A number does not fit into its type.',
  unavailable: 'A value cannot be known: the database has left it out of the change, and nobody has kept it.',
  unmapped: 'The key of a row has changed, or a table was emptied, and no rule of the mapping is about that.',
  schemaDrift: 'The columns of the row are not those that the mapping was checked against.',
  contract: 'The event does not fit its contract.',
  tooLarge: 'An event is larger than its topic takes, or a look-up needs more of a large transaction than is kept.',
  internal: 'A fault of falsework itself that this input brings out.',
  violation: 'The new service owns the scope by now: somebody has written behind the handover. No policy reaches it.',
}

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
