/** What of a source waits: inputs that are diverted as they are translated, and let go when nothing is before them. */
import type { Checkpoint } from '../../delivery/checkpoint.ts'
import { deadLetterId } from '../../event/dead-letter/dead-letter-record.ts'
import type { OutputRecord } from '../../event/event-record.ts'
import type { TransactionStamp } from '../../event/record-factory.ts'
import type { HeldBounds } from '../../held/held-bounds.ts'
import { heldBytes, type HeldInput, heldRecords } from '../../held/held-record.ts'
import { type Blocker, type HeldState, nothingHeld } from '../../held/held-state.ts'
import { type HeldUnit, wholeTopics } from '../../held/held-unit.ts'
import { Holds } from '../../held/holds.ts'
import { topicsOf } from '../../mapping/compiled-mapping.ts'
import type { Outcome } from '../../mapping/run/translate.ts'
import type { ActiveRevisions } from '../revisions/active-revisions.ts'
import type { OutcomesOfInput } from './outcomes-of-inputs.ts'

interface Diverting {
  readonly stamp: TransactionStamp
  readonly active: ActiveRevisions
  readonly incarnation: number
  readonly registryOffset: number
  readonly eventsBefore: HeldInput['eventsBefore']
}

interface Diverted {
  /** `blocks`: it has failed, and others wait for it. */
  readonly kind: 'waits' | 'blocks'
  readonly records: readonly OutputRecord[]
}

export class HeldInputs {
  holds: Holds
  private readonly bounds: HeldBounds
  private taken: HeldState

  constructor(state: HeldState | undefined, bounds: HeldBounds) {
    this.holds = new Holds(state, bounds)
    this.bounds = bounds
    this.taken = this.holds.state
  }

  /** Whether something has changed since it was told last. */
  get moved(): boolean {
    return this.holds.state !== this.taken
  }

  /** What a checkpoint says of it. */
  tell(): Pick<Checkpoint, 'format' | 'held'> {
    this.taken = this.holds.state
    return this.taken.next === nothingHeld.next ? { format: 1 } : { format: 2, held: this.taken }
  }

  /** Back to what it was, where a source transaction is not published after all. */
  restore(state: HeldState): void {
    if (state !== this.holds.state) this.holds = new Holds(state, this.bounds)
  }

  /** Other revisions are in force: what waits is looked at, since its keys may be others by them. */
  revised(): void {
    if (this.holds.any) this.holds.releasing = true
  }

  /** Whether inputs that wait may be let go now. */
  isReleaseDue(active: ActiveRevisions): boolean {
    return this.holds.any && (this.holds.releasing || this.holds.someBlocker((blocker) => isFree(blocker, active)))
  }

  /**
   * The records by which an input waits, with the dead letter of one that others wait for; null: it waits for nothing.
   * Raises `HELD_TOO_MUCH`, and then it does not wait.
   */
  divert(outcomes: OutcomesOfInput, diverting: Diverting): Diverted | null {
    const [outcome] = outcomes
    const blocks = blockedBy(outcome)
    if (blocks === null && !this.holds.any) return null
    const waits = this.holds.waitingIn(unitsOf(outcomes))
    if (waits !== null) return { kind: 'waits', records: this.hold(outcome, waits, diverting) }
    if (blocks === null) return null
    const { stamp, active } = diverting
    const letter = active.recordsOf(outcome, stamp, diverting.eventsBefore)
    const blocker = blockerOf(outcome, { number: this.holds.nextNumber, units: blocks, stamp, active, letter })
    return { kind: 'blocks', records: [...letter, ...this.hold(outcome, blocks, diverting, blocker)] }
  }

  private hold(
    { fired }: Outcome,
    units: readonly HeldUnit[],
    { stamp, active, incarnation, registryOffset, eventsBefore }: Diverting,
    blocker: Blocker | null = null,
  ): readonly OutputRecord[] {
    const { identity } = fired
    const { transaction } = stamp
    const revision = active.hashOf(identity.mapping) ?? ''
    const number = this.holds.nextNumber
    const origin = { number, units, incarnation, identity, revision, registryOffset, transaction }
    const records = heldRecords(
      { ...origin, eventsBefore, carried: fired.carried() },
      {
        topic: active.heldTopic,
        promised: active.formsOf(identity.mapping),
      },
    )
    this.holds.hold(units, { bytes: heldBytes(records), sinceUs: sinceOf(stamp) }, blocker)
    return records
  }
}

/** Whether it is a failed input's turn: an operator says so, or the revision that it failed under is not in force any more. */
export function isFree({ mapping, revision, word }: Blocker, active: ActiveRevisions): boolean {
  if (word !== undefined) return true
  const hash = active.hashOf(mapping)
  return hash !== null && hash !== revision
}

export interface BlockerParts {
  readonly number: number
  readonly units: readonly HeldUnit[]
  readonly stamp: TransactionStamp
  readonly active: ActiveRevisions
  /** The records of its dead letter. */
  readonly letter: readonly OutputRecord[]
}

export function blockerOf(
  { fired: { identity } }: Outcome,
  { number, units, stamp, active, letter }: BlockerParts,
): Blocker {
  const { mapping } = identity
  const blocker = {
    number,
    letter: deadLetterId(identity, stamp),
    mapping,
    revision: active.hashOf(mapping) ?? '',
    units,
  }
  return letter.length > 1 ? { ...blocker, records: letter.length } : blocker
}

export const sinceOf = ({ transaction }: TransactionStamp): string => String(transaction.committedAtUs)

/** What waits for a failed input, as its policy says; null: nothing does. */
export function blockedBy(outcome: Outcome): readonly HeldUnit[] | null {
  if (outcome.kind !== 'failed') return null
  const { policy, mapping, fired } = outcome
  if (policy === 'holdKey') return fired.keys() ?? wholeTopics(topicsOf(mapping))
  return policy === 'holdMapping' ? wholeTopics(topicsOf(mapping)) : null
}

/** Where the events of an input go, or might have gone. */
export function unitsOf(outcomes: readonly Outcome[]): readonly HeldUnit[] {
  return outcomes.flatMap((outcome): readonly HeldUnit[] => {
    if (outcome.kind === 'failed') return outcome.fired.keys() ?? wholeTopics(topicsOf(outcome.mapping))
    if (outcome.kind === 'tombstone') return [{ topic: outcome.tombstone.topic, key: outcome.tombstone.key }]
    return [{ topic: outcome.event.publication.topic, key: outcome.event.key }]
  })
}
