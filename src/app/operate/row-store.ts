/** An operator's work on the row store of a source: it is cleared while no daemon has it, or copied. */
import type { RawOffset } from '../../core/capture/row-change.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { decodeMark } from '../../core/rows/stored/store-mark.ts'
import type { CopyRowStore, FindRowStore, RowStore } from '../../ports/row-store.ts'
import { nextRowStart, type RowStartParts } from '../observe/next-row-start.ts'

export interface ClearedRows {
  readonly source: string
  /** That were removed. */
  readonly entries: number
  /** What a daemon reads again of the raw log to build the store; null where it cannot, or where no rows are kept. */
  readonly from: RawOffset | null
  readonly to: RawOffset | null
  /** Why it cannot. */
  readonly gap: { readonly code: string; readonly message: string } | null
}

/**
 * Clears the store, so that the daemon builds it from the raw log when it starts. Raises `REBUILD_GAP`, or what else would
 * halt the source then, and has done nothing, unless that is `accepted`; `UNKNOWN_NAME` where there is no store,
 * `STORE_IN_USE`, `STORE_FAILED`, and what the ports raise.
 */
export async function clearRows(
  { source, gap }: { readonly source: string; readonly gap: 'refused' | 'accepted' },
  parts: RowStartParts & { readonly findRowStore: FindRowStore },
): Promise<ClearedRows> {
  return await withRowStore(source, parts.findRowStore, async (store) => {
    const next = await nextRowStart(source, null, parts)
    const start = next?.start ?? null
    const halt = start?.kind === 'halt' ? { code: start.code, message: start.message } : null
    if (halt !== null && gap === 'refused') {
      throw new FalseworkError(halt.code, `${halt.message}; the row store was left as it is`)
    }
    const { entries } = store.size()
    await store.clear()
    const from = start?.kind === 'rebuild' ? start.from.next : null
    return { source, entries, from, to: from === null ? null : (next?.checkpoint?.next ?? null), gap: halt }
  })
}

export interface CopiedRows {
  readonly source: string
  readonly directory: string
  /** Where a daemon with the copy reads on; null for a store that says nothing of itself. */
  readonly position: RawOffset | null
  readonly entries: number
}

/**
 * A whole copy, in a directory that is not there yet, beside a daemon that has the store. `copied` is told now and then
 * how many of the bytes of the store are there; a copy has less of them, since it has no free pages. Raises
 * `UNKNOWN_NAME` where there is no store, `STORE_FAILED`, and `STORE_DAMAGED` for a store that is.
 */
export async function copyRows(
  { source, directory }: { readonly source: string; readonly directory: string },
  parts: {
    readonly copyRowStore: CopyRowStore
    readonly copied: (bytes: number, of: number) => void
  },
): Promise<CopiedRows> {
  const copy = await parts.copyRowStore(source, directory, parts.copied)
  if (copy === null) throw noStore(source)
  try {
    const mark = copy.mark === null ? null : decodeMark(copy.mark)
    return { source, directory, position: mark?.checkpoint.next ?? null, entries: copy.size().entries }
  } finally {
    await copy.close()
  }
}

async function withRowStore<Result>(
  source: string,
  findRowStore: FindRowStore,
  work: (store: RowStore) => Promise<Result>,
): Promise<Result> {
  const store = await findRowStore(source).catch((error: unknown) => {
    if (!(error instanceof FalseworkError) || error.code !== 'STORE_IN_USE') throw error
    const message = `${error.message}: end the daemon first; \`falsework status\` says what it does with it`
    throw new FalseworkError(error.code, message, { cause: error })
  })
  if (store === null) throw noStore(source)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

export const noStore = (source: string): FalseworkError =>
  new FalseworkError('UNKNOWN_NAME', `there is no row store of ${source} on this machine: nothing was kept yet`)
