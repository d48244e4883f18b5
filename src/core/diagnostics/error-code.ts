/** How an error code is declared: each room of the core has its codes in one file under `codes/`. */
export interface ErrorCode {
  /** `unknown-column`; kebab-case. */
  readonly name: string
  readonly summary: string
  /** What to do about it, in one or two sentences for the person who reads it. */
  readonly remedy: string
  /** `retry`: passes by itself; `dead-letter`: one input is set aside; `halt`: the source stops; `stop`: the command ends. */
  readonly disposition: 'retry' | 'dead-letter' | 'halt' | 'stop'
  /** Of a halt that depends on this process, so that another instance may be sound. */
  readonly scope?: 'instance'
}

export type ErrorCodes = Readonly<Record<string, ErrorCode>>
