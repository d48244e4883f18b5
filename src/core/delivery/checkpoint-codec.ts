/** The checkpoint as bytes, and back: what cannot be understood stops the source instead of starting it anew. */
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { SourcePosition } from '../capture/row-change.ts'
import { list, nullable, openObject, optional, required } from '../shape/composites.ts'
import { refine } from '../shape/modifiers.ts'
import { ownedScope } from '../migration/ownership-record.ts'
import { letterActions } from '../registry/control-record.ts'
import { parseJson } from '../shape/json/json-tree.ts'
import { bool, integer, oneOf, text } from '../shape/scalars.ts'
import { readParsed, type ReadShape, type Shape } from '../shape/shape.ts'
import { pathText } from '../shape/tree.ts'
import type { Checkpoint } from './checkpoint.ts'

const supportedFormat = 3

export const encodeCheckpoint = (checkpoint: Checkpoint): Buffer => Buffer.from(JSON.stringify(checkpoint))

const header = openObject({ format: required(integer(), 'Of the checkpoint.') })

const offset = required(integer(), 'In the raw log.')
const microseconds = required(text, 'µs since the epoch.')
const tables = list(text)

const asked = openObject({
  id: required(text, 'Of the signal.'),
  tables: required(tables, 'Names, or expressions for them.'),
  isPartial: optional(
    refine(bool, (): true => true),
    'Conditions leave rows out.',
  ),
  phase: required(oneOf(['waiting', 'running']), 'Whether its turn has come.'),
  sinceMs: required(integer(), 'When its turn came.'),
})

const snapshot = openObject({
  run: required(integer(), 'Which one.'),
  phase: required(oneOf(['none', 'running', 'done']), 'How far it is.'),
  asked: optional(list(asked), 'Asked for and not over.'),
  begun: optional(tables, 'That have begun in this run.'),
  published: optional(
    openObject({
      atUs: microseconds,
      tables: optional(tables, 'Of a later snapshot: those whose new rows they see.'),
      after: required(
        nullable(
          openObject({ table: required(text, 'Its table.'), key: required(text, 'As the row store calls it.') }),
        ),
        'The last row that rules have seen.',
      ),
    }),
    'How far rules have seen the rows that it left.',
  ),
})

const noticed = openObject({
  unknownTables: required(
    list(openObject({ table: required(text, 'Its name.'), offset })),
    'That the catalog does not know.',
  ),
  unknownColumns: optional(
    list(openObject({ table: required(text, 'Its table.'), column: required(text, 'Its name.'), offset })),
    'That the catalog does not know.',
  ),
  renamedTables: optional(
    list(
      openObject({
        table: required(text, 'Its name.'),
        from: required(text, 'Its name before.'),
        row: required(nullable(integer()), 'Offset of the first row since.'),
      }),
    ),
    'That have got other names.',
  ),
  suspectedHeads: required(
    nullable(
      openObject({ times: required(integer(), 'How many.'), transaction: required(text, 'The last one.'), offset }),
    ),
    'Source transactions that may have lost their first rows.',
  ),
})

const unit = openObject({
  topic: required(text, 'As a mapping names it.'),
  key: required(nullable(text), 'Null: every key.'),
})

const number = required(integer(0), 'Of an input.')

const held = openObject({
  next: number,
  inputs: required(integer(0), 'Those that wait.'),
  bytes: required(integer(0), 'Of their records.'),
  holds: required(
    list(openObject({ unit: required(unit, 'What waits.'), next: number, end: number, sinceUs: microseconds })),
    'By what waits together.',
  ),
  blockers: required(
    list(
      openObject({
        number,
        letter: required(text, 'Id of its dead letter.'),
        records: optional(integer(2), 'Of the dead letter, where it is several.'),
        mapping: required(text, 'Whose rule failed.'),
        revision: required(text, 'Hash of the revision under which.'),
        units: required(list(unit), 'What waits for it.'),
        word: optional(oneOf(letterActions), 'What an operator has said of it.'),
      }),
    ),
    'Failed inputs.',
  ),
  releasing: optional(
    refine(bool, (): true => true),
    'Some have been released.',
  ),
})

const checkpointShape: Shape<Checkpoint> = openObject({
  format: required(
    refine(integer(0, supportedFormat), (format) => (format === 3 ? 3 : format === 2 ? 2 : 1)),
    'Of the checkpoint.',
  ),
  source: required(text, 'Whose it is.'),
  incarnation: required(integer(), 'Of the source.'),
  next: offset,
  anchor: required(
    nullable(openObject({ offset, hash: required(text, 'Of its bytes.') })),
    'The last record before next.',
  ),
  position: required(
    refine(nullable(text), (position) => position as SourcePosition | null),
    'Of the last source transaction.',
  ),
  latestCommitUs: required(nullable(text), 'The latest commit, µs since the epoch.'),
  snapshot: required(snapshot, 'Where snapshots stand.'),
  registryOffset: required(integer(), 'Registry records before it are in force.'),
  timeZoneDatabase: required(text, 'By which local times were read.'),
  noticed: optional(noticed, 'What a person should know.'),
  held: optional(held, 'What waits.'),
  owners: optional(list(ownedScope), 'Who may publish, of scopes of which that was decided.'),
  letters: optional(
    openObject({
      word: required(integer(0), 'Offset of the word.'),
      done: required(integer(0), 'So many of its letters.'),
    }),
    'How far it is in the words about its dead letters.',
  ),
})

/** Raises `NEWER_FORMAT` for a checkpoint of a later build and `CHECKPOINT_CORRUPT` for anything else it cannot read. */
export function decodeCheckpoint(bytes: Buffer): Checkpoint {
  const parsed = parseJson(bytes.toString())
  const { format } = soundOf(readParsed(header, parsed))
  if (format > supportedFormat) {
    throw new FalseworkError('NEWER_FORMAT', `the checkpoint has format ${format}, this build reads ${supportedFormat}`)
  }
  return soundOf(readParsed(checkpointShape, parsed))
}

/** A mistake is named by its path alone: what stands there may be of a row. */
function soundOf<T>(read: ReadShape<T>): T {
  if (read.kind === 'value') return read.value
  const paths = read.mistakes.map(({ spot }) => (spot.path.length === 0 ? 'the whole' : pathText(spot.path)))
  throw new FalseworkError('CHECKPOINT_CORRUPT', `the checkpoint cannot be read at ${paths.join(', ')}`)
}
