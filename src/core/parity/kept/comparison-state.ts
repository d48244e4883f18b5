/** All that a comparison goes on from, as one value: what was compared, how far, and what came of it. */
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import { isJsonObject } from '../../diagnostics/json-object.ts'
import type { ParityTally } from '../causes.ts'
import type { Side } from '../compared-event.ts'
import { decodeComparator, encodeComparator, type SavedComparator } from './saved-comparator.ts'

/** Where both streams go on, partition by partition. */
export type StreamOffsets = Readonly<Record<Side, readonly number[]>>

export interface ComparisonState {
  /** Offset, in the registry log, of the word with which it began: another word is another beginning. */
  readonly word: number
  readonly offsets: StreamOffsets
  readonly tally: ParityTally
  readonly comparator: SavedComparator
}

export function encodeComparisonState({ comparator, ...rest }: ComparisonState): Buffer {
  return Buffer.from(JSON.stringify({ ...rest, comparator: encodeComparator(comparator).toString() }))
}

/**
 * Null where it is the state of another comparison, or of one that began with another word: then it begins anew. Raises
 * `INTERNAL` for what nobody has written here.
 */
export function decodeComparisonState(
  bytes: Buffer,
  { version, word }: { readonly version: string; readonly word: number },
): ComparisonState | null {
  const json: unknown = JSON.parse(bytes.toString())
  if (!isJsonObject(json) || typeof json['comparator'] !== 'string') {
    throw new FalseworkError('INTERNAL', 'the state of a comparison cannot be read')
  }
  if (json['word'] !== word) return null
  const comparator = decodeComparator(Buffer.from(json['comparator']), version)
  if (comparator.kind !== 'saved') return null
  // Nobody else writes the store, and its version and word are those of this very comparison.
  return {
    word,
    offsets: json['offsets'] as StreamOffsets,
    tally: json['tally'] as ParityTally,
    comparator: comparator.saved,
  }
}
