/** Puts the records of the raw log together to what the service applies at once. */
import { type Change, changeOf, isFollowed } from './changes.ts'
import { type Fence, fencesIn, isBroughtBack } from './fences.ts'
import type { RawRecord, RawRow } from './raw-record.ts'

/** One transaction of the shop, or rows that a snapshot found. */
export interface LegacyStep {
  /** The raw offset behind it. */
  readonly next: bigint
  /** Where it ends in the log of the shop's database; null: it is of a snapshot. */
  readonly position: bigint | null
  /** µs since 1970. */
  readonly committedAt: bigint
  /** Rows that were there already: they fill the tables, and nothing has happened. */
  readonly found: readonly Change[]
  readonly changes: readonly Change[]
  /** That have moved, or that a snapshot has shown. */
  readonly fences: readonly Fence[]
}

/**
 * Between transactions, or in one: BEGIN opens it, END closes it. The connector writes exactly once, but may begin a
 * transaction again after a restart: what was read of it is dropped then, and one that ended before is not given twice.
 */
export class LegacyTransactions {
  private open: {
    readonly transaction: string
    readonly rows: RawRow[]
    readonly found: Change[]
    readonly fences: Fence[]
  } | null = null
  private position: bigint | null

  /** `position`: that of the last transaction which was applied. */
  constructor(position: bigint | null) {
    this.position = position
  }

  /** Null: nothing is complete yet. Raises an Error when rows of a transaction are missing. */
  accept(record: RawRecord, offset: bigint): LegacyStep | null {
    if (record.kind === 'begin') this.open = { transaction: record.transaction, rows: [], found: [], fences: [] }
    if (record.kind === 'row') return this.row(record, offset)
    return record.kind === 'end' ? this.end(record, offset) : null
  }

  private row(row: RawRow, offset: bigint): LegacyStep | null {
    if (row.op === 'read') {
      const found = isFollowed(row.table) ? [changeOf(row)] : []
      const fences = fencesIn([row])
      this.open?.found.push(...found)
      this.open?.fences.push(...fences)
      if (this.open !== null || found.length + fences.length === 0) return null
      return { next: offset + 1n, position: null, committedAt: row.committedAt, found, changes: [], fences }
    }
    if (this.open === null || row.transaction !== this.open.transaction) {
      throw new Error(`raw offset ${offset}: a row of transaction ${row.transaction ?? '(none)'} without its BEGIN`)
    }
    this.open.rows.push(row)
    return null
  }

  private end({ transaction, position, rows }: RawRecord & { kind: 'end' }, offset: bigint): LegacyStep | null {
    const { open } = this
    if (open?.transaction !== transaction || open.rows.length !== rows) {
      throw new Error(
        `raw offset ${offset}: transaction ${transaction} ends with ${open?.rows.length ?? 0} rows: expected ${rows}`,
      )
    }
    this.open = null
    const isRepeated = this.position !== null && position <= this.position
    if (!isRepeated) this.position = position
    // Of what the service has done itself nothing is news.
    const isNews = !isRepeated && !isBroughtBack(open.rows)
    return {
      next: offset + 1n,
      position: this.position,
      committedAt: open.rows[0]?.committedAt ?? 0n,
      found: open.found,
      changes: isNews ? open.rows.filter(({ table }) => isFollowed(table)).map(changeOf) : [],
      fences: [...open.fences, ...(isRepeated ? [] : fencesIn(open.rows))],
    }
  }
}

/** One step in place of several that follow each other and in which nothing has happened: rows of a snapshot, say. */
export function joinedSteps(steps: readonly LegacyStep[]): readonly LegacyStep[] {
  const joined: LegacyStep[] = []
  for (const step of steps) {
    const last = joined.at(-1)
    if (last === undefined || last.changes.length > 0 || step.changes.length > 0) joined.push(step)
    else {
      const position = step.position ?? last.position
      joined.splice(-1, 1, {
        ...step,
        position,
        found: [...last.found, ...step.found],
        fences: [...last.fences, ...step.fences],
      })
    }
  }
  return joined
}
