/**
 * Whether the connector writes columns in the forms that the catalog promises, by the header that the transformation
 * `falsework.connect.ColumnForms` adds to each row. Values alone do not tell: ms, µs, days and integers are numbers.
 */
import type { TableName } from '../../catalog/catalog.ts'
import { type RecordPlace, recordError } from '../record/raw-records.ts'
import { keyBytesMax, parseRow, readText } from '../record/record-json.ts'

export const columnFormsHeader = 'falsework.columns'

/** A column that is read, and the form in which its decoder reads it. */
export interface PromisedForm {
  readonly column: string
  /** The catalog's. */
  readonly type: string
  readonly form: string
}

/** The promises about one table. Several mappings may hold it to catalogs of several days. */
export class ColumnForms {
  private readonly table: TableName
  private readonly promised: readonly PromisedForm[]
  /** The last header that keeps all promises: that of nearly every row. */
  private verified: Buffer | null = null

  constructor(table: TableName, promised: readonly PromisedForm[]) {
    this.table = table
    this.promised = promised
  }

  /**
   * Raises `COLUMN_RETYPED`. A row without the header is not compared, nor is a column that the header does not name:
   * the decoder of the column says when it is absent.
   */
  verify(at: RecordPlace): void {
    const header = at.records.header(at.index, columnFormsHeader)
    if (header === null || this.verified?.equals(header) === true) return
    const forms = new Map(Object.entries(parseRow(readText(header, keyBytesMax, at), at)))
    for (const { column, type, form } of this.promised) {
      const found = forms.get(column)
      if (found === undefined || found === form) continue
      if (typeof found !== 'string') {
        throw recordError('BAD_ENVELOPE', at, `a header ${columnFormsHeader} that does not name the form of a column`)
      }
      const expected = `${this.table}.${column} is ${type} in the catalog, which comes as ${form}`
      throw recordError('COLUMN_RETYPED', at, `${expected}, and comes as ${found}`)
    }
    // A copy: the batch that the header stands in is let go.
    this.verified = Buffer.from(header)
  }
}
