/** An input that was kept whole: enough to translate it once more, whenever that is. */
import type { SourcePosition } from '../capture/row-change.ts'
import type { DeadLetterIdentity } from '../event/dead-letter/dead-letter-record.ts'
import type { TransactionFacts } from '../transaction/source-transaction.ts'
import type { KeptForms } from './kept-forms.ts'
import { type CarriedInput, readCarried, type WrittenInput, writeCarried } from './carried-input.ts'

export interface KeptInput {
  readonly identity: DeadLetterIdentity
  readonly transaction: TransactionFacts
  /** By type, as `OrderPlaced.v1`: how many events of the same anchor came before its own. */
  readonly eventsBefore: Readonly<Record<string, number>>
  readonly carried: CarriedInput
  /** Absent: nobody has said in which forms its columns came, and they are read as is promised now. */
  readonly forms?: KeptForms
}

/** As JSON, beside what else the record says of it. */
export interface WrittenKept {
  readonly identity: DeadLetterIdentity
  readonly transaction: Omit<TransactionFacts, 'committedAtUs' | 'position'> & {
    readonly committedAtUs: string
    readonly position: string
  }
  readonly eventsBefore: KeptInput['eventsBefore']
  readonly carried: WrittenInput
  readonly forms?: KeptForms
}

/** `promised`: what of its mapping's columns the catalog says under which it is kept. */
export function writeKept(
  { identity, transaction, eventsBefore, carried }: Omit<KeptInput, 'forms'>,
  promised: KeptForms,
): WrittenKept {
  const { key, position, committedAtUs, from, to, proof } = transaction
  const facts = { key, position, committedAtUs: String(committedAtUs), from, to, proof }
  const written = { identity, transaction: facts, eventsBefore, carried: writeCarried(carried) }
  return carried.formsNamed === true ? { ...written, forms: promised } : written
}

/** Null where it carries no change. */
export function readKept({ identity, transaction, eventsBefore, carried, forms }: WrittenKept): KeptInput | null {
  const input = readCarried(carried)
  if (input === null) return null
  const { committedAtUs, position, ...facts } = transaction
  return {
    identity,
    transaction: { ...facts, position: position as SourcePosition, committedAtUs: BigInt(committedAtUs) },
    eventsBefore,
    carried: forms === undefined ? input : { ...input, formsNamed: true },
    ...(forms !== undefined && { forms }),
  }
}
