/** An input that was kept whole: enough to translate it once more, whenever that is. */
import type { SourcePosition } from '../capture/row-change.ts'
import type { DeadLetterIdentity } from '../event/dead-letter/dead-letter-record.ts'
import type { TransactionFacts } from '../transaction/source-transaction.ts'
import { type CarriedInput, readCarried, type WrittenInput, writeCarried } from './carried-input.ts'

export interface KeptInput {
  readonly identity: DeadLetterIdentity
  readonly transaction: TransactionFacts
  /** By type, as `OrderPlaced.v1`: how many events of the same anchor came before its own. */
  readonly eventsBefore: Readonly<Record<string, number>>
  readonly carried: CarriedInput
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
}

export function writeKept({ identity, transaction, eventsBefore, carried }: KeptInput): WrittenKept {
  const { key, position, committedAtUs, from, to, proof } = transaction
  const facts = { key, position, committedAtUs: String(committedAtUs), from, to, proof }
  return { identity, transaction: facts, eventsBefore, carried: writeCarried(carried) }
}

/** Null where it carries no change. */
export function readKept({ identity, transaction, eventsBefore, carried }: WrittenKept): KeptInput | null {
  const input = readCarried(carried)
  if (input === null) return null
  const { committedAtUs, position, ...facts } = transaction
  return {
    identity,
    transaction: { ...facts, position: position as SourcePosition, committedAtUs: BigInt(committedAtUs) },
    eventsBefore,
    carried: input,
  }
}
