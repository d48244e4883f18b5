/** One firing of a rule: from a net change, or those of a group, to its events, all of them or none. */
import type { Place } from '../../../diagnostics/problem.ts'
import { FalseworkError } from '../../../diagnostics/falsework-error.ts'
import type { Tombstone } from '../../../event/business-event.ts'
import type { DeadLetterIdentity } from '../../../event/dead-letter/dead-letter-record.ts'
import type { Frame } from '../../../expression/types/scope.ts'
import type { CarriedInput } from '../../../held/carried-input.ts'
import type { HeldUnit } from '../../../held/held-unit.ts'
import type { Scope } from '../../../migration/stage.ts'
import type { Value } from '../../../values/value.ts'
import { type ErrorClass, type FailureClass, ValueError } from '../../../values/value-error.ts'
import type { CompiledPublish, Evaluation } from '../../compiled-mapping.ts'
import { placeOfCause, rowsOfCause } from '../cause.ts'
import { type DraftEvent, draftEvent, type FiringAtWork } from './draft-event.ts'
import { driftMessage, type FailedInput } from '../failed-input.ts'
import { FieldError } from '../field-error.ts'
import type { FiredInput } from '../fired-input.ts'
import { type Firing, frameOf } from './firing.ts'
import { isMeant } from './is-meant.ts'
import { joinedRows } from '../join.ts'
import { LookedUp } from '../looked-up.ts'
import { carriedInput, elementsOf, keysOfEvents, rowsJoined } from './read-by-firing.ts'
import { scopesOfCause } from './scopes-of-cause.ts'

export type Fired =
  | {
      readonly kind: 'published'
      readonly fired: FiredInput
      readonly items: readonly (DraftEvent | Tombstone)[]
    }
  /** The rule is not about this change: another operation, another column, a guard that says no. */
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly fired: FiredInput; readonly input: FailedInput<ErrorClass> }

const passed: Fired = { kind: 'passed' }

/** Raises an assertion of ours (FalseworkError), at which the source stops. */
export function fireRule(firing: Firing): Fired {
  const { rule, cause } = firing
  let run: Run | null = null
  try {
    if (cause.kind === 'row' && !isMeant(rule, cause.net)) return passed
    run = new Run(firing)
    return run.fire()
  } catch (error) {
    if (error instanceof FalseworkError) throw error
    const failure = error instanceof ValueError ? error : unforeseen(error)
    const fired = run ?? new Run(firing)
    return { kind: 'failed', fired, input: fired.failedInput(failure) }
  }
}

const identityOf = ({ rule, cause }: Firing): DeadLetterIdentity => ({
  mapping: rule.mapping,
  rule: rule.name,
  ...placeOfCause(cause),
})

/** What no function has foreseen is of one input, too: the mapping's policy reaches it. Its message may hold values. */
const unforeseen = (error: unknown): ValueError =>
  new ValueError(
    'internal',
    `a fault of falsework, please report it: ${error instanceof Error ? error.name : 'unknown'}`,
  )

class Run implements FiredInput, FiringAtWork {
  readonly firing: Firing
  readonly frame: Frame
  private readonly lookedUp: LookedUp
  /** Most rows end at a guard, and are nobody's input. */
  private known: DeadLetterIdentity | null = null
  scopes: readonly Scope[] = [null]
  scopeSaid: Scope = null
  /** What is being evaluated, for the failure that names it: `''` is the rule itself. */
  private at: string
  private place: Place
  private event: string | null = null

  constructor(firing: Firing) {
    this.firing = firing
    this.at = ''
    this.place = firing.rule.place
    this.lookedUp = new LookedUp(firing.rows)
    this.frame = frameOf(firing, this.lookedUp)
  }

  get identity(): DeadLetterIdentity {
    this.known ??= identityOf(this.firing)
    return this.known
  }

  fire(): Fired {
    const { rule, cause } = this.firing
    if (cause.kind === 'ungrouped') throw cause.error
    // A guard that looks at the anchor alone spares what it refuses from the bounds of `with`.
    if (rule.guardReads === 'anchor' && !this.guard()) return passed
    this.join()
    if (rule.guardReads === 'joined' && !this.guard()) return passed
    this.askScope()
    const items: (DraftEvent | Tombstone)[] = []
    for (const item of rule.publish) {
      this.event = item.kind === 'event' ? `${item.publication.event}.v${item.publication.version}` : null
      if (item.kind === 'tombstone' || item.each === null) this.publish(item, items)
      else {
        const { each } = item
        for (const element of elementsOf(this.evaluate(each, 'each'))) {
          this.frame[each.slot] = element
          this.publish(item, items)
        }
      }
    }
    return { kind: 'published', fired: this, items }
  }

  private guard(): boolean {
    const { when } = this.firing.rule
    return when === null || this.evaluate(when, 'when') === true
  }

  private join(): void {
    const { rule, joins } = this.firing
    for (const joined of rule.withs) {
      this.standAt(joined.alias, joined.place)
      const rows = joinedRows(joins, joined, this.frame)
      this.frame[joined.slot] = joined.rows.max > 1 ? rows : (rows[0] ?? null)
    }
  }

  /** Where no route depends on it, a scope that cannot be told is not said, and fails nothing. */
  private askScope(): void {
    const { scope, rule, cause } = this.firing
    if (scope === null) return
    this.standAt('scope', rule.place)
    try {
      const scopes = scopesOfCause(scope.structural, cause, this.lookedUp)
      this.scopeSaid = scopes.at(-1) ?? null
      if (scope.isDecisive) this.scopes = scopes
    } catch (error) {
      if (scope.isDecisive || !(error instanceof ValueError)) throw error
    }
  }

  private publish(item: CompiledPublish, items: (DraftEvent | Tombstone)[]): void {
    if (item.when !== null && this.evaluate(item.when, 'when') !== true) return
    if (item.kind === 'event') items.push(draftEvent(item, this))
    else {
      const { mapping } = this.firing.rule
      const key = this.evaluate(item.key, 'key') as string
      items.push({ mapping, topic: item.topic, key, anchor: this.identity.anchor })
    }
  }

  evaluate(evaluation: Evaluation, at: string): Value {
    this.standAt(at, evaluation.place)
    return evaluation.evaluate(this.frame)
  }

  standAt(at: string, place: Place): void {
    this.at = at
    this.place = place
  }

  refused(message: string): FailedInput {
    this.standAt('', this.firing.rule.place)
    return this.failed('violation', message, null)
  }

  failedInput(error: ValueError): FailedInput<ErrorClass> {
    return this.failed(error.errorClass, error.message, error instanceof FieldError ? error : null)
  }

  private failed<Class extends FailureClass>(
    errorClass: Class,
    message: string,
    inner: FieldError | null,
  ): FailedInput<Class> {
    const { rule, cause } = this.firing
    const place = inner?.place ?? this.place
    const at = [rule.name, this.at, inner?.path ?? ''].filter((part) => part !== '').join('.')
    const told = errorClass === 'schemaDrift' ? driftMessage(message, { event: this.event, at, place }) : message
    return {
      identity: this.identity,
      errorClass,
      place,
      failure: {
        class: errorClass,
        message: told,
        at,
        place,
        event: this.event,
        ...rowsOfCause(cause),
        with: rowsJoined(rule, this.frame),
        lookups: this.lookedUp.found(),
      },
    }
  }

  keys(): readonly HeldUnit[] | null {
    return keysOfEvents(this.firing.rule, this.frame)
  }

  carried(): CarriedInput {
    return carriedInput(this.firing, this.frame, this.lookedUp)
  }
}
