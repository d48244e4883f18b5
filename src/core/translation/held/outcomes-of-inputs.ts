/** The outcomes of a source transaction, input by input: what fails together waits together. */
import { deadLetterId } from '../../event/dead-letter/dead-letter-record.ts'
import type { TransactionStamp } from '../../event/record-factory.ts'
import type { HeldInput } from '../../held/held-record.ts'
import type { Outcome } from '../../mapping/run/translate.ts'

/** Outcomes of one input; there is at least one. */
export type OutcomesOfInput = readonly [Outcome, ...Outcome[]]

/** Outcomes of one input stand together. */
export function inputsOf(outcomes: readonly Outcome[]): readonly OutcomesOfInput[] {
  const inputs: [Outcome, ...Outcome[]][] = []
  for (const outcome of outcomes) {
    const last = inputs.at(-1)
    if (last?.[0].fired === outcome.fired) last.push(outcome)
    else inputs.push([outcome])
  }
  return inputs
}

/** How many events of each type came from the anchor of an outcome before it: they are told apart by that. */
export function countedBefore(outcomes: readonly Outcome[], at: number): HeldInput['eventsBefore'] {
  const own = outcomes[at]?.fired.identity.anchor
  const counts: Record<string, number> = {}
  for (let index = at - 1; index >= 0; index -= 1) {
    const outcome = outcomes[index]
    const anchor = outcome?.fired.identity.anchor
    if (anchor?.table !== own?.table || anchor?.order !== own?.order || anchor?.group !== own?.group) break
    if (outcome?.kind !== 'event') continue
    const { event, version } = outcome.event.publication
    const type = `${event}.v${version}`
    counts[type] = (counts[type] ?? 0) + 1
  }
  return counts
}

/** Whether the outcome stands in the topic of the dead letters under that id: then its letter is not decided. */
export function isLetter(outcome: Outcome, id: string, stamp: TransactionStamp): boolean {
  if (outcome.kind !== 'failed' || outcome.policy === 'skip') return false
  return deadLetterId(outcome.input.identity, stamp) === id
}
