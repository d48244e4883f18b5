/**
 * Of which tables snapshots have shown all rows, where the connector tells: facts that stand among the rows, since they
 * follow from the raw log like these.
 */
import type { TableName } from '../catalog/catalog.ts'
import type { KeptRows } from './row-overlay.ts'
import { factKey, factSpace } from './stored/store-key.ts'

const there = Buffer.from('1')

export class ScannedTables {
  private readonly rows: KeptRows
  /** By their names without quotes, as notifications have them. */
  private readonly names: ReadonlyMap<string, TableName>
  private readonly scanned: Set<TableName>
  private told: boolean

  /** `tables`: those whose rows are kept. */
  constructor(rows: KeptRows, tables: Iterable<TableName>) {
    this.rows = rows
    this.names = new Map([...tables].map((table) => [table.replaceAll('"', ''), table]))
    this.told = this.has('told')
    this.scanned = new Set([...this.names.values()].filter((table) => this.has('scanned', table)))
  }

  /** Null for none whose rows are kept. */
  named(name: string): TableName | null {
    return this.names.get(name) ?? null
  }

  /** The first snapshot begins, or begins anew, and the connector tells of it: what it does not name was not read. */
  tell(): void {
    this.told = true
    this.rows.set(factKey('told'), there)
    for (const table of this.scanned) this.rows.set(factKey('scanned', table), null)
    this.scanned.clear()
  }

  /** A snapshot has read all rows of the table. */
  scan(table: TableName): void {
    this.scanned.add(table)
    this.rows.set(factKey('scanned', table), there)
  }

  /** The snapshot of this id reads a part of its tables. */
  passOver(snapshot: string): void {
    this.rows.set(factKey('partial', snapshot), there)
  }

  isPartial(snapshot: string): boolean {
    return this.has('partial', snapshot)
  }

  /** Null: nobody has told of the table. */
  isWhole(table: TableName): boolean | null {
    return this.told ? this.scanned.has(table) : null
  }

  private has(...fact: readonly [string, ...string[]]): boolean {
    return this.rows.get(factKey(...fact), factSpace) !== null
  }
}
