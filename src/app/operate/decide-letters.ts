/** An operator's word about dead letters: their inputs are translated once more, or given up. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import type { LetterAction } from '../../core/registry/control-record.ts'
import { encodeControlRecord } from '../../core/registry/control-record-json.ts'
import { foldRead } from '../../core/registry/registry-state.ts'
import { expectAllRead } from '../../core/registry/unread-record.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import { causeOf, type DeadLetter, findDeadLetter, readDeadLetters } from '../observe/dead-letters.ts'
import { foreignLetters } from './foreign-letters.ts'
import { commonFields, type ControlLogParts, withControlLog } from './control-log-parts.ts'

/** Which dead letters; at least one of them is said. */
export interface WantedLetters {
  /** Unique beginnings of ids; none: all that the others say. */
  readonly ids: readonly string[]
  readonly class?: string | undefined
  readonly mapping?: string | undefined
  /** As `causeOf` says it. */
  readonly cause?: string | undefined
}

export interface LettersQuestion {
  readonly action: LetterAction
  readonly reason: string
  readonly wanted: WantedLetters
  /** `look`: nothing is written. */
  readonly run: 'say' | 'look'
}

export interface SaidLetter extends Pick<DeadLetter, 'id' | 'source' | 'mapping' | 'at' | 'class'> {
  /** `left`: nothing is said of it, for what `reason` says. */
  readonly outcome: 'said' | 'would be said' | 'left'
  readonly reason: string | null
}

/** So many stand in one record, which is to be far from what a broker takes. */
const lettersInWord = 1_000

/**
 * Writes the words into the registry log: the source carries them out between source transactions, each letter once. Raises
 * `UNKNOWN_NAME`, and `USAGE` where nobody has said which letters.
 */
export async function decideLetters(
  { action, reason, wanted, run }: LettersQuestion,
  parts: ControlLogParts & { readonly topicReader: TopicReader; readonly names: TopicNames },
): Promise<readonly SaidLetter[]> {
  const judged = await judgeLetters({ action, wanted }, parts)
  const able = judged.flatMap(({ letter, reason: left }) => (left === null ? [letter] : []))
  if (run === 'say' && able.length > 0) {
    await withControlLog(parts, async (log) => {
      const state = foldRead(await log.read(0))
      expectAllRead(state)
      for (const [source, own] of Map.groupBy(able, (letter) => letter.source)) {
        for (let first = 0; first < own.length; first += lettersInWord) {
          const ids = own.slice(first, first + lettersInWord).map(({ id }) => id)
          const common = commonFields(parts, state.end)
          await log.append(encodeControlRecord({ kind: 'letters', ...common, source, action, letters: ids, reason }))
        }
      }
    })
  }
  const outcome = run === 'say' ? 'said' : 'would be said'
  return judged.map(({ letter, reason: left }) => {
    const { id, source, mapping, at } = letter
    return { id, source, mapping, at, class: letter.class, outcome: left === null ? outcome : 'left', reason: left }
  })
}

export interface JudgedLetter {
  readonly letter: DeadLetter
  /** Why nothing is said of it; null: something can be. */
  readonly reason: string | null
}

/** Those that are wanted, and which of them nothing can be said of. Raises as `decideLetters`. */
export async function judgeLetters(
  { action, wanted }: Pick<LettersQuestion, 'action' | 'wanted'>,
  parts: Pick<ControlLogParts, 'openControlLog'> & { readonly topicReader: TopicReader; readonly names: TopicNames },
): Promise<readonly JudgedLetter[]> {
  const { letters } = await readDeadLetters(parts.topicReader, parts.names.deadLetters)
  const chosen = chooseLetters(letters, wanted)
  if (action !== 'retry') return chosen.map((letter) => ({ letter, reason: null }))
  const foreign = await foreignLetters(chosen, parts)
  return chosen.map((letter) => {
    return { letter, reason: foreign.get(letter.id) ?? (letter.input === null ? notKept : null) }
  })
}

const notKept = 'its input is not kept with it, and cannot be translated again'

/** Those that all of it says. Raises as `decideLetters`. */
export function chooseLetters(letters: readonly DeadLetter[], wanted: WantedLetters): readonly DeadLetter[] {
  const { ids, mapping, cause } = wanted
  if (ids.length === 0 && wanted.class === undefined && mapping === undefined && cause === undefined) {
    throw new FalseworkError('USAGE', 'which dead letters? Name ids, or --class, --mapping or --cause')
  }
  const named = ids.length === 0 ? letters : [...new Set(ids.map((id) => findDeadLetter(letters, id)))]
  return named.filter(
    (letter) =>
      letter.class === (wanted.class ?? letter.class) &&
      letter.mapping === (mapping ?? letter.mapping) &&
      causeOf(letter) === (cause ?? causeOf(letter)),
  )
}
