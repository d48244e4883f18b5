/** The log of held inputs, record by record: which input it is that ends here. */
import { isJsonObject } from '../diagnostics/json-object.ts'
import { LetterParts } from '../event/dead-letter/dead-letter-parts.ts'
import { parseExactly } from '../values/exact-json.ts'
import { heldBytes, type HeldInput, readHeldInput, unreadable } from './held-record.ts'

interface LogRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Pick<ReadonlyMap<string, Buffer>, 'get'>
}

export interface LoggedInput {
  readonly input: HeldInput
  readonly bytes: number
}

/** The number of the input that a record begins or is a part of; null: it is none of ours. */
export function heldNumber(key: Buffer | null): number | null {
  const found = /^(?<number>\d+)(\/\d+)?$/.exec(key?.toString() ?? '')?.groups?.['number']
  return found === undefined ? null : Number(found)
}

/** Records come in the order of the log, from the first of an input on. */
export class HeldLog {
  private parts = new LetterParts()
  private begun: { readonly number: number; readonly first: Readonly<Record<string, unknown>> } | null = null
  private read: LogRecord[] = []

  /** The input that this record is the last of, or null. Raises `HELD_UNREADABLE`. */
  take(record: LogRecord): LoggedInput | null {
    const number = heldNumber(record.key)
    if (number === null || record.value === null) return null
    if (this.parts.take(record)) return this.ended(record)
    const text = record.value.toString()
    const first = firstOf(text)
    if (first === null) throw unreadable(number, 'is no JSON object')
    this.begun = { number, first }
    this.parts = new LetterParts()
    this.read = [record]
    const { kind } = this.parts.join(String(number), first)
    return kind === 'single' ? this.whole(number, text) : null
  }

  private ended(record: LogRecord): LoggedInput | null {
    const { begun } = this
    if (begun === null) return null
    this.read.push(record)
    const joined = this.parts.join(String(begun.number), begun.first)
    return joined.kind === 'whole' ? this.whole(begun.number, joined.text) : null
  }

  private whole(number: number, text: string): LoggedInput {
    const logged = { input: readHeldInput(text, number), bytes: heldBytes(this.read) }
    this.begun = null
    this.read = []
    return logged
  }
}

function firstOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value = parseExactly(text)
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}
