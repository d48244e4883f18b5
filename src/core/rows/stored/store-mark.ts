/** What a row store says of itself: up to where it holds the rows of a source, and of which tables. */
import type { TableName } from '../../catalog/catalog.ts'
import type { Checkpoint } from '../../delivery/checkpoint.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../delivery/checkpoint-codec.ts'
import { isJsonObject } from '../../diagnostics/json-object.ts'

const supportedFormat = 1

export interface StoreMark {
  readonly checkpoint: Checkpoint
  /** By table, the columns of its key. */
  readonly keys: ReadonlyMap<TableName, string>
  /** Ids of the indexes that have an entry for each row. */
  readonly indexes: readonly string[]
}

export const encodeMark = ({ checkpoint, keys, indexes }: StoreMark): string =>
  JSON.stringify({
    format: supportedFormat,
    keys: Object.fromEntries(keys),
    indexes,
    checkpoint: JSON.parse(encodeCheckpoint(checkpoint).toString()) as unknown,
  })

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
    const keys = Object.entries(mark['keys']).map(([table, key]) => [table as TableName, String(key)] as const)
    const indexes = mark['indexes'].map(String)
    return {
      checkpoint: decodeCheckpoint(Buffer.from(JSON.stringify(mark['checkpoint']))),
      keys: new Map(keys),
      indexes,
    }
  } catch {
    return null
  }
}
