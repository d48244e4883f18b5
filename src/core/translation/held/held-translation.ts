/** What it takes to translate an input again that was kept. */
import type { OutputRecord } from '../../event/event-record.ts'
import type { KeptInput } from '../../held/kept-input.ts'
import { translateHeld } from '../../mapping/run/translate-held.ts'
import type { Outcome } from '../../mapping/run/translate.ts'
import type { RowsAtHand } from '../../rows/rows-at-hand.ts'
import type { SourceRows } from '../../rows/source-rows.ts'
import type { ActiveRevisions } from '../revisions/active-revisions.ts'
import type { withoutWaiting } from '../revisions/mappings-waiting.ts'
import type { SliceCounts } from '../slice/slice-counts.ts'
import type { Owners } from '../ownership/routes.ts'
import type { HeldInputs } from './held-inputs.ts'

/** Rows as look-ups find them while an input is translated, between `begin` and `end`. */
export type RowsOfInputs = RowsAtHand & Pick<SourceRows, 'begin' | 'end'>

export interface HeldTranslation {
  readonly source: string
  readonly held: HeldInputs
  readonly active: ActiveRevisions
  /** Of the scopes of which it was decided. */
  readonly owners: Owners
  readonly plans: ReturnType<typeof withoutWaiting>
  readonly rows: RowsOfInputs
  /** Of the slice at hand. */
  readonly counts: () => SliceCounts
  readonly add: (records: readonly OutputRecord[]) => void
}

/** Null where it cannot be translated now: no revision of its mapping is in force, or that waits for rows. */
export function outcomesOfKept(
  input: KeptInput,
  { plans, rows, active }: Pick<HeldTranslation, 'plans' | 'rows' | 'active'>,
): readonly Outcome[] | null {
  if (plans.awaited.has(input.identity.mapping)) return null
  const plan = input.transaction.proof === 'snapshot' ? plans.snapshotPlan : plans.plan
  rows.begin()
  const promised = active.formsOf(input.identity.mapping)
  const outcomes = translateHeld(input, plan, { rows, promised })
  rows.end()
  return outcomes === null ? null : active.owned(outcomes, { sync: [], torn: setAside })
}

/** It was taken out of the source's history: there is nothing left to halt at. */
const setAside = (): void => undefined
