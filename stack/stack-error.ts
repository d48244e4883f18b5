/** Why the local stack cannot start: one sentence with the remedy. */
export class StackError extends Error {
  override readonly name = 'StackError'
}
