/**
 * Whether the connector writes columns in the forms that the catalog promises, by the header that the transformation
 * `falsework.connect.ColumnForms` adds to each row. Values alone do not tell: ms, µs, days and integers are numbers.
 */
import type { TableName } from '../../catalog/catalog.ts'
import { OtherFormImage } from '../image/other-form.ts'
import type { RowImage } from '../image/row-image.ts'
import { type RecordPlace, recordError } from '../record/raw-records.ts'
import { type JsonObject, keyBytesMax, parseRow, readText } from '../record/record-json.ts'
import { type Forms, type NamedForms, namedForms, readsAs } from './named-forms.ts'

export const columnFormsHeader = 'falsework.columns'

/** A column that is read, and the form in which its decoder reads it. */
export interface PromisedForm {
  readonly column: string
  /** The catalog's. */
  readonly type: string
  readonly form: string
  /** `key`: rows are told apart by it, and nothing of the table can be believed when it is another. */
  readonly use: 'key' | 'value'
}

/** `others`: of columns that have not the form of every promise. */
export interface ComparedForms {
  readonly named: NamedForms
  readonly others: Forms
}

interface ComparedHeader extends ComparedForms {
  readonly header: Buffer
}

/** The promises about one table. Several mappings may hold it to catalogs of several days. */
export class ColumnForms {
  private readonly table: TableName
  private readonly promised: readonly PromisedForm[]
  /** The last header, that of nearly every row, and the columns that have other forms by it. */
  private latest: ComparedHeader | null = null

  constructor(table: TableName, promised: readonly PromisedForm[]) {
    this.table = table
    this.promised = promised
  }

  /**
   * The forms that the row has. Null: it has no header, and is not compared, nor is a column that the header does not
   * name: the decoder of the column says when it is absent. Raises `COLUMN_RETYPED` where one of a key is not as
   * promised, `BAD_ENVELOPE`, and what record-json.ts raises.
   */
  comparedAt(at: RecordPlace): ComparedForms | null {
    const header = at.records.header(at.index, columnFormsHeader)
    if (header === null) return null
    // A copy: the batch that the header stands in is let go.
    const compared = this.seen(header) ?? { header: Buffer.from(header), ...this.compare(header, at) }
    this.latest = compared
    return compared
  }

  private seen(header: Buffer): ComparedHeader | null {
    return this.latest?.header.equals(header) === true ? this.latest : null
  }

  private compare(header: Buffer, at: RecordPlace): ComparedForms {
    const text = readText(header, keyBytesMax, at)
    const said = parseRow(text, at)
    return { named: namedForms(text, said), others: this.othersIn(said, at) }
  }

  private othersIn(said: JsonObject, at: RecordPlace): Forms {
    const forms = new Map(Object.entries(said))
    const others = new Map<string, string>()
    for (const { column, type, form, use } of this.promised) {
      const found = forms.get(column)
      if (found === undefined || found === form) continue
      if (typeof found !== 'string') {
        throw recordError('BAD_ENVELOPE', at, `a header ${columnFormsHeader} that does not name the form of a column`)
      }
      if (use === 'key') {
        // A whole number tells the same row in any width.
        if (readsAs(found, form)) continue
        const expected = `${this.table}.${column} is ${type} in the catalog, which comes as ${form}`
        throw recordError('COLUMN_RETYPED', at, `${expected}, and comes as ${found}`)
      }
      others.set(column, found)
    }
    return others
  }
}

/** The image with the forms that are not as promised: the decoder of each column says what becomes of it. */
export const inForms = (image: RowImage | null, others: Forms | null): RowImage | null =>
  image === null || others === null || others.size === 0 ? image : new OtherFormImage(image, others)
