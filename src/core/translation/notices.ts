/** What a raw log has shown that stops nothing and that a person should know: it is part of the checkpoint. */
import type { RawOffset } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'
import type { Noticed, UnknownTable } from '../delivery/checkpoint.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { TablesRecord } from '../registry/control-record.ts'
import type { SuspectedHead } from '../transaction/assembly-outcome.ts'

/** Partitions that are captured under their own names can be thousands; a few tell the same. */
const unknownTablesMax = 16

/**
 * Gathers notices. A table that a catalog comes to know is no notice any more; what is gathered twice, since the
 * connector or the daemon went back, counts once.
 */
export class Notices {
  private readonly unknown: Map<string, UnknownTable>
  private heads: Noticed['suspectedHeads']
  private known: ReadonlySet<string> | null = null
  private halts = false
  /** Tables that were seen under this catalog, and whether it knows them. */
  private readonly looked = new Map<TableName, 'known' | 'unknown'>()

  constructor(noticed: Noticed | undefined, knows: TablesRecord | null) {
    this.unknown = new Map(noticed?.unknownTables.map((item) => [item.table, item]))
    this.heads = noticed?.suspectedHeads ?? null
    this.know(knows)
  }

  /** From here on these are the tables that the catalog knows; null: nobody has said, and then none is unknown. */
  know(record: TablesRecord | null): void {
    this.known = record === null ? null : new Set(record.tables)
    this.halts = record?.onUnknownTable === 'halt'
    this.looked.clear()
    for (const table of this.unknown.keys()) if (this.known?.has(table) === true) this.unknown.delete(table)
  }

  /**
   * A row of a table was read: `new` when it is the first one of a table that the catalog does not know. Raises
   * FalseworkError `UNKNOWN_TABLE` where the project says that such a table halts its source.
   */
  row(table: TableName, offset: RawOffset): 'known' | 'unknown' | 'new' {
    const found = this.looked.get(table)
    if (found !== undefined) return found
    const unknown = this.known?.has(table) === false
    if (unknown && this.halts) {
      throw new FalseworkError('UNKNOWN_TABLE', `offset ${offset}: a row of ${table}, which the catalog does not know`)
    }
    this.looked.set(table, unknown ? 'unknown' : 'known')
    if (!unknown || this.unknown.has(table)) return unknown ? 'unknown' : 'known'
    if (this.unknown.size < unknownTablesMax) this.unknown.set(table, { table, offset })
    return 'new'
  }

  suspect({ transaction, offset }: SuspectedHead): void {
    // One that was counted before it was published comes again with the replay.
    if (this.heads !== null && offset <= this.heads.offset) return
    this.heads = { times: (this.heads?.times ?? 0) + 1, transaction, offset }
  }

  /** An operator has looked at the transactions that may have lost their first rows. */
  seen(): void {
    this.heads = null
  }

  /** Undefined when there is nothing to say. */
  get noticed(): Noticed | undefined {
    if (this.unknown.size === 0 && this.heads === null) return undefined
    return { unknownTables: [...this.unknown.values()], suspectedHeads: this.heads }
  }
}
