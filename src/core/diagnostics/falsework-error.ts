/** An error that a person or a supervisor must act on: code, cause and (through the registry of codes) remedy. */
export class FalseworkError extends Error {
  override readonly name = 'FalseworkError'
  /** A key of one of the tables under `codes/`, such as `TX_GAP`. */
  readonly code: string

  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
