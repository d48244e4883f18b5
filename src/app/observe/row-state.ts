/** What the row store of a source holds, and what a daemon would do with it. */
import type { TableName } from '../../core/catalog/catalog.ts'
import type { RebuildReason } from '../../core/delivery/row-start-up.ts'
import type { RawOffset } from '../../core/capture/row-change.ts'
import { remedyOf } from '../../core/diagnostics/error-codes.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { keysOf } from '../../core/rows/stored/stored-catalog.ts'
import { type FoundMark, foundMark, type StoreMark } from '../../core/rows/stored/store-mark.ts'
import type { FindRowStore } from '../../ports/row-store.ts'
import { nextRowStart, type NextRowStart, type RowStartParts } from './next-row-start.ts'

export interface RowState {
  readonly source: string
  /** `none`: nobody has made one. `inUse`: another process has it, and nothing of it was looked at. */
  readonly store: 'there' | 'none' | 'inUse'
  /** What stands before it in the raw log is in the store; null where that is not known. */
  readonly position: RawOffset | null
  readonly incarnation: number | null
  readonly entries: number | null
  /** On the disk. */
  readonly bytes: number | null
  readonly tables: readonly KeptTable[]
  /** Where the source would go on, by its checkpoint on Kafka. */
  readonly checkpoint: RawOffset | null
  /** What a daemon would do with the store; null while another process has it. */
  readonly next: NextDone | null
}

export interface KeptTable {
  readonly table: TableName
  /** The columns that tell its rows apart. */
  readonly key: string
  /** `wanted`: a registration says so, and the store does not have it yet. `left`: nobody asks for it any more. */
  readonly state: 'kept' | 'wanted' | 'left'
}

export type NextDone =
  | { readonly kind: 'current' }
  | { readonly kind: 'replay'; readonly records: number }
  | { readonly kind: 'rebuild'; readonly why: RebuildReason; readonly from: RawOffset; readonly records: number }
  | { readonly kind: 'halt'; readonly code: string; readonly message: string; readonly remedy: string }
  /** No registration says which tables are kept. */
  | { readonly kind: 'unkept' }
  /** The logs could not be asked. */
  | { readonly kind: 'unknown'; readonly code: string; readonly message: string; readonly remedy: string }

/** Raises `STORE_FAILED`. What the logs do not tell is told as unknown: the store is on this machine. */
export async function rowState(
  source: string,
  parts: RowStartParts & { readonly findRowStore: FindRowStore },
): Promise<RowState> {
  const found = await lookInto(source, parts.findRowStore)
  if (found.store === 'inUse') return { source, ...found, ...nothingKnown, checkpoint: null, next: null }
  const mark = typeof found.mark === 'object' ? found.mark : null
  const asked = await ask(async () => await nextRowStart(source, found.mark, parts))
  const kept = mark?.keys ?? new Map<TableName, string>()
  const wanted = asked.kind === 'answered' && asked.answer !== null ? keysOf(asked.answer.stored) : null
  return {
    source,
    store: found.store,
    position: mark?.checkpoint.next ?? null,
    incarnation: mark?.checkpoint.incarnation ?? null,
    entries: found.entries,
    bytes: found.bytes,
    tables: tablesOf(kept, wanted ?? kept),
    checkpoint: asked.kind === 'answered' ? (asked.answer?.checkpoint?.next ?? null) : null,
    next: asked.kind === 'answered' ? nextDone(asked.answer) : asked,
  }
}

type Looked =
  | { readonly store: 'inUse' }
  | {
      readonly store: 'there' | 'none'
      readonly mark: FoundMark
      readonly entries: number | null
      readonly bytes: number | null
    }

const nothingKnown = { position: null, incarnation: null, entries: null, bytes: null, tables: [] } as const

/** A daemon that starts meanwhile waits for as long. */
async function lookInto(source: string, findRowStore: FindRowStore): Promise<Looked> {
  try {
    const store = await findRowStore(source)
    if (store === null) return { store: 'none', mark: null, entries: null, bytes: null }
    const looked = { store: 'there', mark: foundMark(store), ...store.size() } as const
    await store.close()
    return looked
  } catch (error) {
    if (error instanceof FalseworkError && error.code === 'STORE_IN_USE') return { store: 'inUse' }
    throw error
  }
}

type Asked =
  | { readonly kind: 'answered'; readonly answer: NextRowStart | null }
  | Extract<NextDone, { readonly kind: 'unknown' }>

async function ask(question: () => Promise<NextRowStart | null>): Promise<Asked> {
  try {
    return { kind: 'answered', answer: await question() }
  } catch (error) {
    if (!(error instanceof FalseworkError)) throw error
    const { code, message } = error
    return { kind: 'unknown', code, message, remedy: remedyOf(code) }
  }
}

function nextDone(answer: NextRowStart | null): NextDone {
  if (answer === null) return { kind: 'unkept' }
  const { start, checkpoint } = answer
  const to = checkpoint?.next ?? 0
  switch (start.kind) {
    case 'current':
      return start
    case 'replay':
      return { kind: 'replay', records: to - start.from.next }
    case 'rebuild':
      return { kind: 'rebuild', why: start.why, from: start.from.next, records: to - start.from.next }
    case 'halt':
      return { ...start, remedy: remedyOf(start.code) }
  }
}

function tablesOf(kept: StoreMark['keys'], wanted: StoreMark['keys']): readonly KeptTable[] {
  const missing = [...wanted].filter(([table, key]) => kept.get(table) !== key)
  return [
    ...[...kept].map(([table, key]) => ({ table, key, state: wanted.get(table) === key ? 'kept' : 'left' }) as const),
    ...missing.map(([table, key]) => ({ table, key, state: 'wanted' }) as const),
  ].toSorted((one, other) => (one.table < other.table ? -1 : 1))
}
