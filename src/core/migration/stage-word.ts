/** What an operator has said of the stage of a scope, as the registry log keeps it. */
import type { Ownership } from './ownership.ts'
import type { Scope, Stage, Transition } from './stage.ts'

export interface StageWord {
  readonly mapping: string
  readonly scope: Scope
  readonly transition: Transition
  /** Where it leads; it is refused where the transition does not lead there. */
  readonly to: Stage
  /** Of the ownership that it asks for, or under which it stands. */
  readonly epoch: number
  /** The ownership of the scope, as it was read when this was decided. */
  readonly seen: Pick<Ownership, 'owner' | 'epoch'>
  /** In the words of the operator; null where none was asked for. */
  readonly reason: string | null
  /** What was shown of each gate. */
  readonly evidence: readonly GateEvidence[]
  /** Gates that were not passed, each with the reason why that is accepted. */
  readonly waivers: readonly Waiver[]
}

export const gateVerdicts = ['passed', 'failed'] as const

export interface GateEvidence {
  readonly gate: string
  readonly verdict: (typeof gateVerdicts)[number]
  /** The live value, for people. */
  readonly text: string
}

export interface Waiver {
  readonly gate: string
  readonly reason: string
}
