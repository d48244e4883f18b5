/** What the database answers when a scope is no longer the old application's: it was not told, and learns it that way. */

/** A condition that somebody else has put into the database, by a trigger. */
const refusedState = '45000'

export interface Refusal {
  /** Where nobody may write any more; null: nowhere. */
  readonly store: number | null
}

/** Null: the error is none. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== refusedState) return null
  const [, store] = /^falsework: refused, because scope (\d+) of mapping /.exec(error.message) ?? []
  return { store: store === undefined ? null : Number(store) }
}

/** How long a store that was refused leaves its till alone before it tries again: often enough for a story of minutes. */
const closedForMs = 5_000

/** Open · closed until some moment, which each further refusal moves. */
export class ClosedStores {
  private readonly stores = new Set<number>()
  private until = 0

  close({ store }: Refusal, { all, nowMs }: { readonly all: readonly number[]; readonly nowMs: number }): void {
    for (const each of store === null ? all : [store]) this.stores.add(each)
    this.until = nowMs + closedForMs
  }

  /** True once, when those that were closed are to try again. */
  openedAt(nowMs: number): boolean {
    if (this.stores.size === 0 || nowMs < this.until) return false
    this.stores.clear()
    return true
  }

  openOf(all: readonly number[]): readonly number[] {
    return all.filter((store) => !this.stores.has(store))
  }
}
