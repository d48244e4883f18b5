/** What a row store says of itself: up to where it holds the rows of a source, and of which tables. */
import type { TableName } from '../../catalog/catalog.ts'
import type { Checkpoint } from '../../delivery/checkpoint.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../delivery/checkpoint-codec.ts'
import { isJsonObject } from '../../diagnostics/json-object.ts'
import type { EmptiedSpaces } from './emptied-spaces.ts'
import type { StoreKey } from './store-key.ts'

/** Of the mark, and of the entries that it speaks of. */
const supportedFormat = 2

export interface StoreMark {
  readonly checkpoint: Checkpoint
  /** By table, the columns of its key. */
  readonly keys: ReadonlyMap<TableName, string>
  /** Ids of the indexes that have an entry for each row. */
  readonly indexes: readonly string[]
  readonly emptied: EmptiedSpaces
}

export const encodeMark = ({ checkpoint, keys, indexes, emptied }: StoreMark): string =>
  JSON.stringify({
    format: supportedFormat,
    keys: Object.fromEntries(keys),
    indexes,
    emptied: { generation: emptied.generation, spaces: [...emptied.spaces.values()] },
    checkpoint: JSON.parse(encodeCheckpoint(checkpoint).toString()) as unknown,
  })

/** Why nothing of a store is read: another build has written it, or something else has changed what was written. */
export type Unreadable = 'other version' | 'damaged'

/** What is found of a store: its mark; why it is not read; null where nothing was written. */
export type FoundMark = StoreMark | Unreadable | null

export function foundMark({
  mark,
  unreadable,
}: {
  readonly mark: string | null
  readonly unreadable: Unreadable | null
}): FoundMark {
  if (unreadable !== null) return unreadable
  return mark === null ? null : (decodeMark(mark) ?? 'other version')
}

/** Null for a mark of another build: what a store holds can be made anew, and is never guessed. */
export function decodeMark(text: string): StoreMark | null {
  try {
    const mark: unknown = JSON.parse(text)
    if (
      !isJsonObject(mark) ||
      mark['format'] !== supportedFormat ||
      !isJsonObject(mark['keys']) ||
      !Array.isArray(mark['indexes'])
    )
      return null
    const emptied = decodeEmptied(mark['emptied'])
    if (emptied === null) return null
    const keys = Object.entries(mark['keys']).map(([table, key]) => [table as TableName, String(key)] as const)
    const indexes = mark['indexes'].map(String)
    return {
      checkpoint: decodeCheckpoint(Buffer.from(JSON.stringify(mark['checkpoint']))),
      keys: new Map(keys),
      indexes,
      emptied,
    }
  } catch {
    return null
  }
}

function decodeEmptied(value: unknown): EmptiedSpaces | null {
  if (!isJsonObject(value) || typeof value['generation'] !== 'number' || !Array.isArray(value['spaces'])) return null
  const spaces = value['spaces'].filter(isJsonObject).map((space) => ({
    from: String(space['from']) as StoreKey,
    to: String(space['to']) as StoreKey,
    since: Number(space['since']),
  }))
  return { generation: value['generation'], spaces: new Map(spaces.map((space) => [space.from, space])) }
}
