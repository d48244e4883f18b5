/** What an expression can name at its place, and where the value will stand when it runs. */
import type { ExpressionType, RowType } from './expression-type.ts'
import type { Typed } from './typed.ts'

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

export interface Scope {
  readonly bindings: ReadonlyMap<string, Binding>
  /** Named expressions: computed at most once for each firing, where they are first used. */
  readonly lets: ReadonlyMap<string, Typed>
  /** Names that exist in other rules, and why not here. */
  readonly absent: ReadonlyMap<string, string>
  readonly codes: ReadonlyMap<string, CodeTable>
  /** Names whose definition has a mistake: that they are used is none. */
  readonly mistaken?: ReadonlySet<string>
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
  return { ...scope, lets, bindings: new Map([...scope.bindings, [name, binding]]) }
}
