/** The dead letters that nobody has decided yet. */
import { parseExactly } from '../../core/values/exact-json.ts'
import { letterIdOf, LetterParts } from '../../core/event/dead-letter/dead-letter-parts.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { isJsonObject, type JsonObject } from '../../core/diagnostics/json-object.ts'
import type { Scope } from '../../core/migration/stage.ts'
import { type KeptInput, readKept, type WrittenKept } from '../../core/held/kept-input.ts'
import { list, nullable, openObject, optional, required } from '../../core/shape/composites.ts'
import { parseJson } from '../../core/shape/json/json-tree.ts'
import { integer, text } from '../../core/shape/scalars.ts'
import { readParsed } from '../../core/shape/shape.ts'
import type { TopicReader, TopicRecord } from '../../ports/kafka/topic-reader.ts'

/** What is to be done about dead letters of the class `violation`. */
export const violationRemedy =
  'the new service owns their scope, and falsework cannot publish them any more: see whether it must be told of them ' +
  '(`falsework dead-letters export`), then `falsework dead-letters discard ID --reason TEXT`'

export interface DeadLetter {
  readonly id: string
  readonly source: string
  readonly mapping: string
  readonly rule: string
  readonly class: string
  /** Of a violation; null: which scopes its input has is not told. */
  readonly scopes: readonly Scope[] | null
  readonly at: string
  readonly place: string
  readonly transaction: string
  readonly raw: { readonly from: number; readonly to: number }
  readonly writtenAtMs: number
  readonly incarnation: number
  /** The whole letter, row values included, integers exact: shown on demand only. Of an incomplete one what is there. */
  readonly content: JsonObject
  /** What it is translated again from; null: it was not kept, or the letter is incomplete. */
  readonly input: KeptInput | null
  /** So many stand in the topic of it; parts of an older writing may be among them. */
  readonly records: number
  /** `1 of its 3 records are missing`, or another reason; null: it is whole. */
  readonly incomplete: string | null
}

/** A record of the topic that is no dead letter: somebody else has written there. */
export interface ForeignRecord {
  readonly partition: number
  readonly offset: number
  /** Why it is none, without a value of it. */
  readonly reason: string
}

export interface DeadLetters {
  readonly letters: readonly DeadLetter[]
  readonly foreign: readonly ForeignRecord[]
}

/** Newest state of each id that is wanted; a tombstone means decided. */
export async function readDeadLetters(
  reader: TopicReader,
  topic: string,
  isWanted: (id: string) => boolean = () => true,
): Promise<DeadLetters> {
  const letters = new Map<string, DeadLetter>()
  const parts = new LetterParts()
  const foreign: ForeignRecord[] = []
  const records = reader.read(topic, { from: 'beginning', follow: false, signal: new AbortController().signal })
  for await (const record of records) {
    const id = record.key?.toString() ?? ''
    if (!isWanted(letterIdOf(id))) continue
    if (parts.take(record)) continue
    if (record.value === null) {
      letters.delete(id)
      continue
    }
    const read = readLetter(id, { written: record.value.toString(), record })
    if (read.kind === 'letter') letters.set(id, read.letter)
    else foreign.push({ partition: record.partition, offset: record.offset, reason: read.reason })
  }
  const joined = [...letters.values()].map((letter) => {
    return { ...joinedLetter(letter, parts), records: parts.recordsOf(letter.id) }
  })
  return { letters: joined.sort((a, b) => a.writtenAtMs - b.writtenAtMs), foreign }
}

/** The letter that a record holds, as it was written; null: it is none. Of one in several records the first is shown. */
export function letterIn(record: TopicRecord): DeadLetter | null {
  if (record.value === null) return null
  const read = readLetter(record.key?.toString() ?? '', { written: record.value.toString(), record })
  return read.kind === 'letter' ? read.letter : null
}

function joinedLetter(letter: DeadLetter, parts: LetterParts): DeadLetter {
  const joined = parts.join(letter.id, letter.content)
  if (joined.kind === 'single') return letter
  if (joined.kind === 'whole') {
    const content = parsed(joined.text)
    if (!isJsonObject(content)) return { ...letter, incomplete: 'its parts are no JSON object' }
    return { ...letter, ...withInput(content) }
  }
  const { count, missing, found } = joined
  const incomplete =
    missing.length === 0 ? 'its parts do not fit together' : `${missing.length} of its ${count} records are missing`
  return { ...letter, content: { ...letter.content, parts: { count, missing, found } }, incomplete }
}

/** What letters with one cause have in common: class and field, as `badDate placed.placedOn`. */
export const causeOf = (letter: Pick<DeadLetter, 'class' | 'at'>): string => `${letter.class} ${letter.at}`

/** By a unique prefix of the id. Raises `UNKNOWN_NAME`. */
export function findDeadLetter(letters: readonly DeadLetter[], prefix: string): DeadLetter {
  const found = letters.filter(({ id }) => id.startsWith(prefix))
  const [letter] = found
  if (letter !== undefined && found.length === 1) return letter
  const reason = found.length === 0 ? 'no dead letter has' : `${found.length} dead letters have`
  const have = someOf(found.length === 0 ? letters : found)
  throw new FalseworkError('UNKNOWN_NAME', `${reason} an id that begins with '${prefix}'; have ${have}`)
}

/** Enough to see how an id looks; `dead-letters list` has all of them. */
const namedMax = 5

function someOf(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'none'
  const ids = letters.slice(0, namedMax).map(({ id }) => id)
  const more = letters.length > namedMax ? [`${letters.length - namedMax} more`] : []
  return [...ids, ...more].join(', ')
}

type ReadLetter =
  | { readonly kind: 'letter'; readonly letter: DeadLetter }
  | { readonly kind: 'foreign'; readonly reason: string }

/** As much of a letter as it is listed by. */
const letterShape = openObject({
  source: required(text, 'Whose transaction failed.'),
  incarnation: optional(integer(), 'Of the source.'),
  mapping: required(text, 'The mapping.'),
  rule: required(text, 'The rule that failed.'),
  failure: required(
    openObject({
      class: required(text, 'Of the failure.'),
      at: required(text, 'The rule and the field.'),
      scopes: optional(list(nullable(text)), 'Of the row, where they are the failure; null: all.'),
      place: required(
        openObject({
          file: required(text, 'The mapping file.'),
          line: required(integer(), 'From 1.'),
          column: required(integer(), 'From 1.'),
        }),
        'In the mapping file.',
      ),
    }),
    'What failed.',
  ),
  transaction: required(text, 'The source transaction.'),
  raw: required(
    openObject({ from: required(integer(), 'Its first record.'), to: required(integer(), 'Its last.') }),
    'Where its input stands in the raw log.',
  ),
})

function readLetter(
  id: string,
  { written, record: { timestampMs } }: { readonly written: string; readonly record: TopicRecord },
): ReadLetter {
  const content = parsed(written)
  if (!isJsonObject(content)) return { kind: 'foreign', reason: 'it is no JSON object' }
  const read = readParsed(letterShape, parseJson(written))
  if (read.kind === 'mistakes') return { kind: 'foreign', reason: 'it has not the form of a dead letter' }
  const { failure, source, incarnation = 0, mapping, rule, transaction, raw } = read.value
  const { file, line, column } = failure.place
  const letter: DeadLetter = {
    id,
    source,
    mapping,
    rule,
    class: failure.class,
    scopes: failure.scopes ?? null,
    at: failure.at,
    place: `${file}:${line}:${column}`,
    transaction,
    raw,
    writtenAtMs: timestampMs,
    incarnation,
    ...withInput(content),
    records: 1,
    incomplete: null,
  }
  return { kind: 'letter', letter }
}

/** The rows that it is translated again from stand in the failure as well: people are shown these. */
function withInput({ input, ...content }: JsonObject): Pick<DeadLetter, 'content' | 'input'> {
  // Nobody else writes letters of this form; an input of one that is incomplete stands in its parts.
  return { content, input: isJsonObject(input) ? readKept(input as unknown as WrittenKept) : null }
}

function parsed(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    return null
  }
}
