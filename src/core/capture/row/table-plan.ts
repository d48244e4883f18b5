/** What is known of a table whose rows come by: how they are read, and what may be believed of them. */
import { type Column, type Table, type TableName, tableName } from '../../catalog/catalog.ts'
import { sendsWholeRows } from '../../catalog/proven-keys.ts'
import { ColumnForms, type PromisedForm } from './column-forms.ts'
import { isFence, isSync } from '../own-tables.ts'
import type { WriterSchemas } from '../avro/writer-schemas.ts'
import type { RawForm } from '../raw-format.ts'
import { parseColumnType } from '../decode/column-type.ts'
import { isNullWhenUnchanged } from '../decode/postgres-types.ts'
import { KeyScanner } from '../image/key-scanner.ts'
import type { ObjectLayout } from '../image/object-layout.ts'
import type { RowImage } from '../image/row-image.ts'
import { PartialImage } from '../image/value-image.ts'
import { RowKeys } from './row-keys.ts'

/** What is read of a source. */
export interface ReadTables extends RawForm {
  readonly tables: ReadonlyMap<TableName, Table>
  /** Absent: whoever reads no value compares no form, and does not ask for any. */
  readonly promisedForms?: ReadonlyMap<TableName, readonly PromisedForm[]>
  /** Those of Avro records; whoever has the records adds what they name. */
  readonly writerSchemas?: WriterSchemas
}

export class TablePlan {
  readonly name: TableName
  readonly isFence: boolean
  readonly isSync: boolean
  /** Null when its rows are not read. */
  readonly keys: RowKeys | null
  /** Null when nobody asks for forms. Rows of tables without promises are kept with theirs. */
  readonly forms: ColumnForms | null
  layouts: readonly ObjectLayout[] = []
  readonly keyScanner = new KeyScanner()
  /** Columns in which null says nothing when a row is updated. */
  private readonly nullWhenUnchanged: readonly string[]

  constructor(schema: string, table: string, { tables, promisedForms }: ReadTables) {
    this.name = tableName(schema, table)
    this.isFence = isFence(this.name)
    this.isSync = isSync(this.name)
    const read = tables.get(this.name)
    this.keys = read === undefined ? null : new RowKeys(read)
    this.forms = promisedForms === undefined ? null : new ColumnForms(this.name, promisedForms.get(this.name) ?? [])
    this.nullWhenUnchanged = read === undefined ? [] : columnsNullWhenUnchanged(read)
  }

  /**
   * Without REPLICA IDENTITY FULL the connector knows the primary key at most of what was, and puts "" or 0 into other
   * NOT NULL columns: these are not read.
   */
  knownBefore(before: RowImage): RowImage {
    const { keys } = this
    if (keys === null || keys.wholeRows) return before
    return new PartialImage(before, (column) => keys.knowsBefore(column))
  }

  /** The row behind an update. A null that may stand for an unchanged value is not known to be null. */
  knownUpdate(after: RowImage): RowImage {
    const { nullWhenUnchanged } = this
    if (nullWhenUnchanged.length === 0) return after
    const unknown = nullWhenUnchanged.filter((column) => after.get(column) === null)
    return unknown.length === 0 ? after : new PartialImage(after, (column) => !unknown.includes(column))
  }
}

function columnsNullWhenUnchanged(table: Table): readonly string[] {
  if (sendsWholeRows(table)) return []
  const isAmbiguous = ({ type }: Column): boolean => {
    const parsed = parseColumnType(type)
    return parsed !== null && isNullWhenUnchanged(parsed)
  }
  return table.columns.filter(isAmbiguous).map(({ name }) => name)
}
