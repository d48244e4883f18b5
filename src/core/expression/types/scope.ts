/** What an expression can name at its place, and where the value will stand when it runs. */
import type { Table } from '../../catalog/catalog.ts'
import type { RowIndex } from '../../rows/rows-at-hand.ts'
import type { ColumnReader, ExpressionType, RowType } from './expression-type.ts'
import type { Frame, Typed } from './typed.ts'
import { withoutName } from '../syntax/narrowing.ts'

export type { Frame } from './typed.ts'

export interface Binding {
  readonly slot: number
  readonly type: ExpressionType
  readonly nullable: boolean
  /** Why it may be null, in words that go on after its name: `is null on insert`. */
  readonly whyNull?: string
  /** Columns of personal data that are recognisable in the value, such as an element of a list of them. */
  readonly personalData?: ReadonlySet<string>
}

/** Codes of the legacy system to words of the contract. */
export interface CodeTable {
  readonly name: string
  /** By the text of the code. */
  readonly values: ReadonlyMap<string, string>
  readonly unknown:
    | { readonly kind: 'error' }
    | { readonly kind: 'value'; readonly value: string }
    | { readonly kind: 'null' }
}

/** Rows that expressions find by the values of their key columns: `customer(after.customer_id)`. */
export interface Lookup {
  readonly name: string
  readonly table: Table
  /** In the order of the arguments. */
  readonly key: readonly ColumnReader[]
  /** A row, rows, or what is made of rows. */
  readonly result: ExpressionType
  /** Of one row: what is said where there is none. */
  readonly missing: 'error' | 'null'
  /** How many rows a call gives at most. */
  readonly rowsMax: number
  /** Columns that each call reads, whatever is selected from its result. */
  readonly reads: ReadonlySet<string>
  /** Those of them whose personal data the result holds. */
  readonly personalData: ReadonlySet<string>
  /** What a call finds by the index; a key that is null finds nothing. Raises ValueError. */
  readonly finder: (index: RowIndex) => (frame: Frame, key: string | null) => unknown
}

export interface Scope {
  readonly bindings: ReadonlyMap<string, Binding>
  /** Named expressions: computed at most once for each firing, where they are first used. */
  readonly lets: ReadonlyMap<string, Typed>
  /** Names that exist in other rules, and why not here. */
  readonly absent: ReadonlyMap<string, string>
  readonly codes: ReadonlyMap<string, CodeTable>
  readonly lookups: ReadonlyMap<string, Lookup>
  /** How often an expression here is evaluated in one firing, as the maxima of the look-ups around it say. */
  readonly repeats: number
  /** Names whose definition has a mistake: that they are used is none. */
  readonly mistaken?: ReadonlySet<string>
  /** Names that would be there if an expression named them: for one that is misspelt. */
  readonly offered?: readonly string[]
  /** Paths that a guard has proven not to be null, such as `after.note`. */
  readonly certain?: ReadonlySet<string>
  /** The rows that `changed('column')` compares; null where there are not both. */
  readonly changed: { readonly before: number; readonly after: number; readonly row: RowType } | null
  /** Keys of `pseudonym`, by name. */
  readonly keys: ReadonlyMap<string, Uint8Array>
  /** Takes a further slot of the frame. */
  readonly takeSlot: () => number
}

/** A scope with one more name in it, the variable of a list expression, which hides what was called so. */
export function withBinding(scope: Scope, name: string, binding: Binding): Scope {
  const lets = new Map(scope.lets)
  lets.delete(name)
  const bindings = new Map([...scope.bindings, [name, binding]])
  return { ...scope, lets, bindings, certain: withoutName(scope.certain ?? new Set(), name) }
}
