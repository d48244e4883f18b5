/** An input that waits, as records of the log of held inputs, and back. */
import { isJsonObject } from '../diagnostics/json-object.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { splitRecords } from '../event/dead-letter/dead-letter-parts.ts'
import type { OutputRecord } from '../event/event-record.ts'
import { parseExactly } from '../values/exact-json.ts'
import type { KeptForms } from './kept-forms.ts'
import type { HeldUnit } from './held-unit.ts'
import { type KeptInput, readKept, type WrittenKept, writeKept } from './kept-input.ts'

const format = 1

export interface HeldInput extends KeptInput {
  /** Its place among all that were ever held of the source. */
  readonly number: number
  readonly units: readonly HeldUnit[]
  readonly incarnation: number
  /** Hash of the revision under which it was held. */
  readonly revision: string
  /** Registry records before it were in force. */
  readonly registryOffset: number
}

/** One, or several of one partition where it is large; the key of the first is the number. */
export function heldRecords(
  input: Omit<HeldInput, 'forms'>,
  { topic, promised }: { readonly topic: string; readonly promised: KeptForms },
): readonly OutputRecord[] {
  const { number, units, incarnation, revision, registryOffset } = input
  const whole = { format, number, units, incarnation, revision, registryOffset, ...writeKept(input, promised) }
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
  const { units, incarnation, revision, registryOffset, ...others } = written as unknown as Written
  const kept = readKept(others)
  if (kept === null) throw unreadable(number, 'carries no change')
  return { number, units, incarnation, revision, registryOffset, ...kept }
}

type Written = Omit<HeldInput, keyof KeptInput> & WrittenKept

export const unreadable = (number: number, why: string): FalseworkError =>
  new FalseworkError('HELD_UNREADABLE', `held input ${number} ${why}`)

function parsed(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    return null
  }
}
