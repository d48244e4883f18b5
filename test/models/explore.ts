/** Explicit-state exploration: every state that some order of steps reaches, breadth first, so that a trace is a shortest one. */

export interface Step<State> {
  /** What happened, for a trace. */
  readonly what: string
  readonly to: State
}

export interface Model<State> {
  readonly start: State
  /** All that may happen next; values in, values out. */
  readonly next: (state: State) => readonly Step<State>[]
  /** What must never be; null: all is well. */
  readonly broken: (state: State) => string | null
}

export interface Exploration {
  readonly states: number
  /** The first state that breaks a promise, and how it was reached; null: none does. */
  readonly tear: { readonly promise: string; readonly trace: readonly string[] } | null
}

/** Raises an Error beyond `statesMax`: a model that is not bounded explores nothing. */
export function explore<State>({ start, next, broken }: Model<State>, statesMax = 300_000): Exploration {
  const seen = new Set([JSON.stringify(start)])
  /** For each state that was reached, where it was reached from. */
  const reached: { readonly state: State; readonly from: number; readonly what: string }[] = [
    { state: start, from: -1, what: 'at the beginning' },
  ]
  const traceOf = (at: number): readonly string[] => {
    const trace: string[] = []
    for (let place = at; place > 0; place = reached[place]?.from ?? -1) trace.unshift(reached[place]?.what ?? '')
    return trace
  }
  for (let at = 0; at < reached.length; at++) {
    const { state } = reached[at] ?? { state: start }
    const promise = broken(state)
    if (promise !== null) return { states: reached.length, tear: { promise, trace: traceOf(at) } }
    for (const { what, to } of next(state)) {
      const key = JSON.stringify(to)
      if (seen.has(key)) continue
      seen.add(key)
      reached.push({ state: to, from: at, what })
    }
    if (reached.length > statesMax) throw new Error(`more than ${statesMax} states`)
  }
  return { states: reached.length, tear: null }
}
