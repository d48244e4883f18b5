/** The types of the mapping language: what a column holds, what an expression gives, what a contract field takes. */

/** A type without its nullability. Widths and scales are part of the type, so that nothing is rounded silently. */
export type ValueType =
  | { readonly kind: SimpleKind }
  /**
   * `padded` texts (`char(n)` of PostgreSQL) end in blanks that do not count; where `trailingBlanks` are ignored there may
   * be some. Without `equality` texts are equal that are the same.
   */
  | {
      readonly kind: 'string'
      readonly padded?: boolean
      readonly trailingBlanks?: 'ignored'
      readonly equality?: TextEquality
    }
  /** Unscaled bigint at run time; the scale is static. */
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly element: Nullable<ValueType> }
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<string, Nullable<ValueType>> }

/**
 * `caseless`: whatever the case of letters, as citext compares with itself, and columns of `folded` collations. `unknown`: by a collation of the database that is not deterministic,
 * which nothing here can repeat.
 */
export type TextEquality = 'caseless' | 'unknown'

export type SimpleKind =
  | 'bool'
  /** at most 32 bits, a JS number */
  | 'int'
  /** 64 bits, a bigint */
  | 'long'
  | 'float'
  | 'double'
  /** unscaled bigint and scale per value */
  | 'bigdecimal'
  | 'bytes'
  /** days since 1970-01-01, a JS number */
  | 'date'
  /** nanoseconds of the day, a bigint */
  | 'time'
  /** microseconds "as if UTC", without a zone: never an instant */
  | 'localdatetime'
  /** microseconds since the epoch, an instant */
  | 'timestamp'
  | 'duration'
  | 'json'
  | 'uuid'
  | 'map'
  | 'geometry'
  | 'vector'

export interface Nullable<T> {
  readonly type: T
  readonly nullable: boolean
}
