/** Says why a request over HTTP had no answer: an operator looks elsewhere for a slow server than for a missing one. */

/**
 * @param cause what `fetch` raised, by its own time-out or by the network
 * @returns words to follow "no answer from …", with their blank in front
 */
export function whyNoAnswer(cause: unknown, requestTimeoutMs: number): string {
  if (!(cause instanceof Error)) return ''
  if (cause.name === 'TimeoutError') return ` within ${requestTimeoutMs / 1000} s`
  const { code } = Object(cause.cause) as { readonly code?: unknown }
  return typeof code === 'string' ? ` (${code})` : ''
}
