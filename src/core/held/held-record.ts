/** An input that waits, as records of the log of held inputs, and back. */
import type { SourcePosition } from '../capture/row-change.ts'
import { isJsonObject } from '../diagnostics/json-object.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { DeadLetterIdentity } from '../event/dead-letter/dead-letter-record.ts'
import { splitRecords } from '../event/dead-letter/dead-letter-parts.ts'
import type { OutputRecord } from '../event/event-record.ts'
import type { TransactionFacts } from '../transaction/source-transaction.ts'
import { parseExactly } from '../values/exact-json.ts'
import { type CarriedInput, readCarried, type WrittenInput, writeCarried } from './carried-input.ts'
import type { HeldUnit } from './held-unit.ts'

const format = 1

export interface HeldInput {
  /** Its place among all that were ever held of the source. */
  readonly number: number
  readonly units: readonly HeldUnit[]
  readonly incarnation: number
  readonly identity: DeadLetterIdentity
  /** Hash of the revision under which it was held. */
  readonly revision: string
  /** Registry records before it were in force. */
  readonly registryOffset: number
  readonly transaction: TransactionFacts
  /** By type, as `OrderPlaced.v1`: how many events of the same anchor came before its own. */
  readonly eventsBefore: Readonly<Record<string, number>>
  readonly carried: CarriedInput
}

/** One, or several of one partition where it is large; the key of the first is the number. */
export function heldRecords(input: HeldInput, topic: string): readonly OutputRecord[] {
  const { number, transaction, carried, ...others } = input
  const { key, position, committedAtUs, from, to, proof } = transaction
  const facts = { key, position, committedAtUs: String(committedAtUs), from, to, proof }
  const whole = { format, number, ...others, transaction: facts, carried: writeCarried(carried) }
  return splitRecords(String(number), whole, () => ({ format, number })).map((record) => {
    return { ...record, topic, partition: 0, key: Buffer.from(record.key) }
  })
}

/** Of all records of an input. */
export const heldBytes = (records: readonly { readonly value: Buffer | null }[]): number =>
  records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)

/** Raises `HELD_UNREADABLE`. */
export function readHeldInput(text: string, number: number): HeldInput {
  const written = parsed(text)
  if (!isJsonObject(written)) throw unreadable(number, 'is no JSON object')
  if (written['format'] !== format || written['number'] !== number) {
    throw unreadable(number, `is not number ${number} in format ${format}`)
  }
  // Nobody else writes the log, and the records of an input are proven whole by their digest.
  const { transaction, carried, ...others } = written as unknown as Written
  const input = readCarried(carried)
  if (input === null) throw unreadable(number, 'carries no change')
  const { committedAtUs, position, ...facts } = transaction
  return {
    ...others,
    number,
    transaction: { ...facts, position: position as SourcePosition, committedAtUs: BigInt(committedAtUs) },
    carried: input,
  }
}

interface Written extends Omit<HeldInput, 'transaction' | 'carried'> {
  readonly transaction: Omit<TransactionFacts, 'committedAtUs' | 'position'> & {
    readonly committedAtUs: string
    readonly position: string
  }
  readonly carried: WrittenInput
}

export const unreadable = (number: number, why: string): FalseworkError =>
  new FalseworkError('HELD_UNREADABLE', `held input ${number} ${why}`)

function parsed(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    return null
  }
}
