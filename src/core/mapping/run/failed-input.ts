/** An input that a rule failed on: everything that is needed to judge it and to translate it again. */
import type { RowImage } from '../../capture/image/row-image.ts'
import type { Place } from '../../diagnostics/problem.ts'
import { placeText } from '../../diagnostics/render-problem.ts'
import type { DeadLetterIdentity } from '../../event/dead-letter/dead-letter-record.ts'
import type { FailureClass } from '../../values/value-error.ts'
import type { RowOperation } from '../file/mapping-file.ts'

export interface FailedInput<Class extends FailureClass = FailureClass> {
  readonly identity: DeadLetterIdentity
  readonly errorClass: Class
  /** Of the failing expression, in the mapping file. */
  readonly place: Place
  readonly failure: FailureDetails
}

export interface ChangedRow {
  readonly op: RowOperation
  readonly before: RowImage | null
  readonly after: RowImage | null
}

/** JSON-able; holds row values, and so goes to the dead letters and nowhere else. */
export interface FailureDetails {
  readonly [name: string]: unknown
  readonly class: FailureClass
  readonly message: string
  /** `placed.placedOn`, or the rule's name where no field is to blame. */
  readonly at: string
  readonly place: Place
  readonly event: string | null
  /** Of the row; null for a group of rows. */
  readonly op: RowOperation | null
  readonly before: RowImage | null
  readonly after: RowImage | null
  /** The net changes of a group: not all of them, where they are many. */
  readonly rows?: readonly ChangedRow[]
  readonly with: Readonly<Record<string, readonly RowImage[]>>
  /** What look-ups found, by their names: not all of it, where it is much. */
  readonly lookups: Readonly<Record<string, readonly RowImage[]>>
}

/** Of class `schemaDrift`. `message` names the column, and how it is and how it should be. */
export function driftMessage(
  message: string,
  read: { readonly event: string | null; readonly at: string; readonly place: Place },
): string {
  const { event, at, place } = read
  const reader = event === null ? at : `${event} (${at})`
  return (
    `${message}; ${reader} reads it at ${placeText(place)}: run \`falsework catalog pull\`, look at the mapping, ` +
    'and `falsework register`'
  )
}
