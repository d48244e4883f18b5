/** The stages of a mapping, per scope, and what leads from one to another. */

export const stages = ['shadow', 'live', 'parity', 'native', 'retired'] as const
export type Stage = (typeof stages)[number]

/** `cancel` takes back a handover that has not been decided yet. */
export const transitions = ['promote', 'cancel', 'rollback', 'retire'] as const
export type Transition = (typeof transitions)[number]

/** A value of the structural scope of a mapping as text; null: everything that has no stage of its own. */
export type Scope = string | null

/** As it is shown to people. */
export const scopeText = (scope: Scope): string => scope ?? 'all'

export interface TransitionRule {
  readonly to: Stage
  /** How much greater the epoch that it names is than that of the ownership which was seen. */
  readonly epochs: 0 | 1
  /**
   * `registry`: the stage has changed where the word is in force. `ownership`: the word is a wish, and the worker of the
   * source decides at a position of the source, with an ownership of its epoch or a later one.
   */
  readonly decidedBy: 'registry' | 'ownership'
}

/** All that is allowed; what is not here is refused. */
export const allowedTransitions: Readonly<Record<Stage, Readonly<Partial<Record<Transition, TransitionRule>>>>> = {
  shadow: { promote: { to: 'live', epochs: 1, decidedBy: 'registry' } },
  live: { promote: { to: 'parity', epochs: 0, decidedBy: 'registry' } },
  parity: {
    promote: { to: 'native', epochs: 1, decidedBy: 'ownership' },
    cancel: { to: 'parity', epochs: 1, decidedBy: 'ownership' },
  },
  native: {
    rollback: { to: 'live', epochs: 1, decidedBy: 'ownership' },
    retire: { to: 'retired', epochs: 0, decidedBy: 'registry' },
  },
  retired: {},
}
