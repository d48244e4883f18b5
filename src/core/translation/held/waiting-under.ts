/** What a revision would make of the inputs of its mapping that wait, before it is registered. */
import type { KeptForms } from '../../held/kept-forms.ts'
import type { KeptInput } from '../../held/kept-input.ts'
import type { CompiledMapping } from '../../mapping/compiled-mapping.ts'
import { translateHeld } from '../../mapping/run/translate-held.ts'
import { planChanges, planSnapshotRows } from '../../mapping/run/plans-of-mapping.ts'
import type { Outcome, TranslationPlan } from '../../mapping/run/translate.ts'
import { RowsElsewhere } from './rows-elsewhere.ts'

export interface WaitingInputs {
  /** Of the mapping, that wait. */
  readonly inputs: number
  /** Of those the ones that would fail, by where they do; what waits behind them goes on waiting. */
  readonly failing: readonly FailingInputs[]
}

export interface FailingInputs {
  readonly class: string
  readonly at: string
  /** In the mapping file. */
  readonly place: string
  /** Which column, rows or rule it is that they do not have; null: they fail for a value. */
  readonly lacks: string | null
  readonly inputs: number
}

/** Inputs come one by one, in any order. */
export class WaitingUnder {
  readonly mapping: string
  private readonly plan: TranslationPlan
  private readonly snapshotPlan: TranslationPlan
  private readonly rows = new RowsElsewhere()
  private readonly failing = new Map<string, FailingInputs>()
  private readonly promised: KeptForms
  private inputs = 0

  /** `promised`: by the catalog that it is registered with. */
  constructor(mapping: CompiledMapping, promised: KeptForms) {
    this.promised = promised
    this.mapping = mapping.name
    this.plan = planChanges([mapping])
    this.snapshotPlan = planSnapshotRows([mapping])
  }

  take(input: KeptInput): void {
    if (input.identity.mapping !== this.mapping) return
    this.inputs += 1
    this.rows.begin()
    const plan = input.transaction.proof === 'snapshot' ? this.snapshotPlan : this.plan
    const failed = translateHeld(input, plan, { rows: this.rows, promised: this.promised })?.find(
      (outcome) => outcome.kind === 'failed',
    )
    this.rows.end()
    if (failed === undefined || failed.policy === 'skip' || this.rows.wereAsked) return
    const found = failingOf(failed)
    const name = [found.class, found.at, found.place, found.lacks].join('\0')
    this.failing.set(name, { ...found, inputs: (this.failing.get(name)?.inputs ?? 0) + 1 })
  }

  /** The most frequent first. */
  get found(): WaitingInputs {
    const failing = [...this.failing.values()].toSorted((a, b) => b.inputs - a.inputs)
    return { inputs: this.inputs, failing }
  }
}

/** These name what of the schema is not there, and no value. */
const lacking: ReadonlySet<string> = new Set(['schemaDrift', 'unavailable', 'unmapped'])

function failingOf({ input: { errorClass, failure, place } }: Extract<Outcome, { kind: 'failed' }>): FailingInputs {
  return {
    class: errorClass,
    at: failure.at,
    place: `${place.file}:${place.line}:${place.column}`,
    lacks: lacking.has(errorClass) ? failure.message : null,
    inputs: 1,
  }
}
