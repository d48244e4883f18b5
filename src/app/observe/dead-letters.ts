/** The dead letters that nobody has decided yet. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { TopicReader } from '../../ports/topic-reader.ts'

export interface DeadLetter {
  readonly id: string
  readonly source: string
  readonly mapping: string
  readonly rule: string
  readonly class: string
  readonly at: string
  readonly place: string
  readonly transaction: string
  readonly raw: { readonly from: number; readonly to: number }
  readonly writtenAtMs: number
  /** The whole letter, row values included: shown on demand only. */
  readonly content: Readonly<Record<string, unknown>>
}

/** Newest state of each id; a tombstone means decided. */
export async function readDeadLetters(reader: TopicReader, topic: string): Promise<DeadLetter[]> {
  const letters = new Map<string, DeadLetter>()
  const records = reader.read(topic, { from: 'beginning', follow: false, signal: new AbortController().signal })
  for await (const { key, value, timestampMs } of records) {
    const id = key?.toString() ?? ''
    if (value === null) letters.delete(id)
    else letters.set(id, letterOf(id, { text: value.toString(), timestampMs }))
  }
  return [...letters.values()].sort((a, b) => a.writtenAtMs - b.writtenAtMs)
}

/** By a unique prefix of the id. Raises `UNKNOWN_NAME`. */
export function findDeadLetter(letters: readonly DeadLetter[], prefix: string): DeadLetter {
  const found = letters.filter(({ id }) => id.startsWith(prefix))
  const [letter] = found
  if (letter !== undefined && found.length === 1) return letter
  const reason = found.length === 0 ? 'no dead letter has' : `${found.length} dead letters have`
  throw new FalseworkError('UNKNOWN_NAME', `${reason} an id that begins with '${prefix}'`)
}

interface WrittenLetter {
  readonly source: string
  readonly mapping: string
  readonly rule: string
  readonly transaction: string
  readonly raw: { readonly from: number; readonly to: number }
  readonly failure: {
    readonly class: string
    readonly at: string
    readonly place: { readonly file: string; readonly line: number; readonly column: number }
  }
}

function letterOf(id: string, { text, timestampMs }: { text: string; timestampMs: number }): DeadLetter {
  const content = JSON.parse(text) as Readonly<Record<string, unknown>>
  // Nobody but the translator may write this topic, and it writes nothing else: see `deadLetterRecord`.
  const { source, mapping, rule, transaction, raw, failure } = content as unknown as WrittenLetter
  const { file, line, column } = failure.place
  return {
    id,
    source,
    mapping,
    rule,
    class: failure.class,
    at: failure.at,
    place: `${file}:${line}:${column}`,
    transaction,
    raw,
    writtenAtMs: timestampMs,
    content,
  }
}
