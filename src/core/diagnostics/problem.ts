/** A mistake in a user's file, with its place: what was found, what was expected, what to type instead. */
export interface Problem {
  readonly severity: 'error' | 'warning'
  /** `FW2103`; declared once in `codes/`. */
  readonly code: string
  /** `unknown-column`: the code's readable name. */
  readonly name: string
  readonly message: string
  readonly place: Place
  readonly hint?: string
}

/** A range in a file; line and column count from 1, length in UTF-16 units. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length: number
}
