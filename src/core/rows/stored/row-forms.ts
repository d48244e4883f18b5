/**
 * In which forms the columns of kept rows of a table came: each row has an id of them, and what the id stands for is
 * kept once, as a fact. What catalogs promise by now may be other forms.
 */
import type { PromisedForm } from '../../capture/row/column-forms.ts'
import { type Forms, type NamedForms, namedForms, readsAs } from '../../capture/row/named-forms.ts'
import type { TableName } from '../../catalog/catalog.ts'
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import type { KeptRows, StoredBytes } from '../row-overlay.ts'
import { factKey, factSpace, type StoreKey } from './store-key.ts'

export class RowForms {
  private readonly known = new Map<number, NamedForms>()
  /** Null: nobody compares, and rows are as they were written. */
  private promised: readonly PromisedForm[] | null = null
  /** By id, as far as somebody has asked. */
  private readonly others = new Map<number, Forms>()

  /** From here on rows are read by these promises, by those of several catalogs or by none. */
  expect(promised: readonly PromisedForm[]): void {
    this.promised = promised
    this.others.clear()
  }

  learn(named: NamedForms): void {
    this.known.set(named.id, named)
  }

  /** Null: they are not known here. */
  named(id: number): NamedForms | null {
    return this.known.get(id) ?? null
  }

  /** The forms of columns that some promise does not read. Raises `INTERNAL` for an id that nobody has written down. */
  othersOf(id: number): Forms {
    const found = this.others.get(id)
    if (found !== undefined) return found
    const others = this.promised === null ? new Map<string, string>() : this.compare(id, this.promised)
    this.others.set(id, others)
    return others
  }

  /** What is promised of some columns, as a text: what was made of their values is of these forms. */
  promisedOf(columns: readonly string[]): string {
    const own = (this.promised ?? []).filter(({ column }) => columns.includes(column))
    return [...new Set(own.map(({ column, form }) => JSON.stringify([column, form])))].toSorted().join()
  }

  private compare(id: number, promised: readonly PromisedForm[]): Forms {
    const named = this.known.get(id)
    if (named === undefined) throw new FalseworkError('INTERNAL', 'a kept row names forms that are not known')
    const others = new Map<string, string>()
    for (const { column, form } of promised) {
      const own = named.forms.get(column)
      if (own !== undefined && !readsAs(own, form)) others.set(column, own)
    }
    return others
  }
}

type TablesWithForms = ReadonlyMap<TableName, { readonly forms: RowForms }>

const prefix = factKey('forms')

const keyOf = (table: TableName, { id }: NamedForms): StoreKey => factKey('forms', table, id.toString(16))

/** What was written down before. */
export function learnForms(rows: StoredBytes, tables: TablesWithForms): void {
  for (const [, bytes] of rows.entries(prefix, factSpace)) {
    const [table, text] = JSON.parse(bytes.toString('utf8')) as readonly [TableName, string]
    tables.get(table)?.forms.learn(namedForms(text, JSON.parse(text) as Readonly<Record<string, unknown>>))
  }
}

/** Writes forms down, once. Facts stand before rows, and are written with them or before them. */
export class FormsWriter {
  private readonly rows: KeptRows
  private readonly written = new WeakSet<NamedForms>()

  constructor(rows: KeptRows) {
    this.rows = rows
  }

  write({ name, forms }: { readonly name: TableName; readonly forms: RowForms }, named: NamedForms): void {
    if (this.written.has(named)) return
    forms.learn(named)
    const key = keyOf(name, named)
    if (this.rows.get(key, factSpace) === null) {
      this.rows.setEntry(prefix, key, Buffer.from(JSON.stringify([name, named.text])))
    }
    this.written.add(named)
  }
}
