/** One firing of a rule: from a net change, or those of a group, to its events, all of them or none. */
import type { RowImage } from '../../capture/image/row-image.ts'
import type { Place } from '../../diagnostics/problem.ts'
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import type { BusinessEvent, Tombstone } from '../../event/business-event.ts'
import { isRfc3339Time } from '../../event/event-time.ts'
import { eventBytes, type SizeLimits } from '../../event/event-size.ts'
import type { DeadLetterIdentity } from '../../event/dead-letter/dead-letter-record.ts'
import type { Frame } from '../../expression/types/scope.ts'
import type { TransactionFacts } from '../../transaction/source-transaction.ts'
import type { RowsAtHand } from '../../rows/rows-at-hand.ts'
import type { Value } from '../../values/value.ts'
import { type ErrorClass, type FailureClass, ValueError } from '../../values/value-error.ts'
import type { Meta } from '../check/rule/anchor-names.ts'
import {
  type CompiledEvent,
  type CompiledPublish,
  type CompiledRule,
  type Evaluation,
  frameSlots,
  type StructuralScope,
} from '../compiled-mapping.ts'
import type { CarriedInput } from '../../held/carried-input.ts'
import type { HeldUnit } from '../../held/held-unit.ts'
import type { Scope } from '../../migration/stage.ts'
import { driftMessage, type FailedInput } from './failed-input.ts'
import type { AskedScope, FiredInput } from './fired-input.ts'
import { FieldError } from './field-error.ts'
import { carriedRows, type Cause, netOf, placeOfCause, rowsOfCause } from './cause.ts'
import { joinedRows, type RowsOfWith } from './join.ts'
import { LookedUp } from './looked-up.ts'
import { isMeant } from './is-meant.ts'

/** An event whose index is counted when its whole input has succeeded. */
export interface DraftEvent extends Omit<BusinessEvent, 'index'> {
  index: number
}

export type Fired =
  | {
      readonly kind: 'published'
      readonly fired: FiredInput
      readonly items: readonly (DraftEvent | Tombstone)[]
    }
  /** The rule is not about this change: another operation, another column, a guard that says no. */
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly fired: FiredInput; readonly input: FailedInput<ErrorClass> }

export interface Firing {
  readonly rule: CompiledRule
  /** How the scope of the input is told; null: nobody asks. */
  readonly scope: AskedScope | null
  readonly cause: Cause
  readonly transaction: TransactionFacts
  readonly joins: RowsOfWith
  readonly rows: RowsAtHand
  readonly limits: SizeLimits
}

const passed: Fired = { kind: 'passed' }

const firstOf = (rows: readonly RowImage[]): RowImage | null => rows[0] ?? null

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

/** What no function has foreseen is of one input, too: the mapping's policy reaches it. Its message may hold values. */
const unforeseen = (error: unknown): ValueError =>
  new ValueError(
    'internal',
    `a fault of falsework, please report it: ${error instanceof Error ? error.name : 'unknown'}`,
  )

class Run implements FiredInput {
  private readonly firing: Firing
  private readonly frame: Frame
  private readonly lookedUp: LookedUp
  readonly identity: DeadLetterIdentity
  scopes: readonly Scope[] = [null]
  scopeSaid: Scope = null
  /** What is being evaluated, for the failure that names it: `''` is the rule itself. */
  private at: string
  private place: Place
  private event: string | null = null

  constructor(firing: Firing) {
    const { rule, cause, transaction, rows } = firing
    const net = netOf(cause)
    this.firing = firing
    this.at = ''
    this.place = rule.place
    const { anchor, group } = placeOfCause(cause)
    this.identity = { mapping: rule.mapping, rule: rule.name, anchor, group }
    const frame: Frame = new Array<unknown>(rule.frameSize)
    const meta: Meta = {
      committedAtUs: transaction.committedAtUs,
      op: net.op,
      table: net.table,
      transactionKey: transaction.key,
      position: transaction.position,
      snapshot: transaction.proof === 'snapshot',
    }
    if (cause.kind === 'row') {
      frame[frameSlots.before] = net.before
      frame[frameSlots.after] = net.after
      frame[frameSlots.row] = net.after ?? net.before
    } else if (cause.kind === 'group') {
      frame[frameSlots.group] = cause.group.image
      frame[frameSlots.rows] = cause.group.rows
    }
    frame[frameSlots.meta] = meta
    this.lookedUp = new LookedUp(rows)
    frame[frameSlots.lookedUp] = this.lookedUp
    this.frame = frame
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
        for (const element of this.elements(each)) {
          this.frame[each.slot] = element
          this.publish(item, items)
        }
      }
    }
    return { kind: 'published', fired: this, items }
  }

  /** Where no route depends on it, a scope that cannot be told is not said, and fails nothing. */
  private askScope(): void {
    const { scope, rule } = this.firing
    if (scope === null) return
    this.at = 'scope'
    this.place = rule.place
    try {
      const scopes = this.scopesIn(scope.structural)
      this.scopeSaid = scopes.at(-1) ?? null
      if (scope.isDecisive) this.scopes = scopes
    } catch (error) {
      if (scope.isDecisive || !(error instanceof ValueError)) throw error
    }
  }

  /** Of its first row: the one that it was in before comes first. */
  private scopesIn(scope: StructuralScope): readonly string[] {
    const { table, before, after } = netOf(this.firing.cause)
    const rows = [before, after].filter((row) => row !== null)
    if (rows.length === 0) throw new ValueError('unavailable', 'what empties a whole table is of no scope')
    const texts = rows.map((row) =>
      scope.textOf(table, row, (index, key) => {
        const question = { name: 'scope', index, wants: 'one' as const, make: firstOf, nothing: null }
        return this.lookedUp.find(question, key) as RowImage | null
      }),
    )
    return [...new Set(texts)]
  }

  /** A list that is null has none. */
  private elements(each: Evaluation): readonly Value[] {
    return (this.evaluate(each, 'each') as readonly Value[] | null) ?? []
  }

  private publish(item: CompiledPublish, items: (DraftEvent | Tombstone)[]): void {
    if (item.when !== null && this.evaluate(item.when, 'when') !== true) return
    if (item.kind === 'event') items.push(this.draft(item))
    else {
      const { mapping } = this.firing.rule
      const key = this.evaluate(item.key, 'key') as string
      items.push({ mapping, topic: item.topic, key, anchor: this.identity.anchor })
    }
  }

  private guard(): boolean {
    const { when } = this.firing.rule
    return when === null || this.evaluate(when, 'when') === true
  }

  private join(): void {
    const { rule, joins } = this.firing
    for (const joined of rule.withs) {
      this.at = joined.alias
      this.place = joined.place
      const rows = joinedRows(joins, joined, this.frame)
      this.frame[joined.slot] = joined.rows.max > 1 ? rows : (rows[0] ?? null)
    }
  }

  private draft(item: CompiledEvent): DraftEvent {
    const { publication } = item
    const key = this.evaluate(item.key, 'key') as string
    const subject = item.subject === null ? key : (this.evaluate(item.subject, 'subject') as string)
    const timeUs = this.time(item.time)
    const fields: Record<string, Value> = {}
    this.frame[frameSlots.nulled] = undefined
    for (const field of item.fields) fields[field.name] = this.evaluate(field, field.name)
    this.at = publication.event
    this.place = item.place
    const value = publication.contract.encode(fields)
    const nulled = this.frame[frameSlots.nulled] as readonly ErrorClass[] | undefined
    const event = {
      publication,
      key,
      subject,
      timeUs,
      fields,
      value,
      anchor: this.identity.anchor,
      index: 0,
      ...(nulled !== undefined && { nulled }),
    }
    this.refuseTooLarge(event)
    return event
  }

  /** The broker would refuse its record each time, and everything behind it would wait. */
  private refuseTooLarge(event: DraftEvent): void {
    const { limits, transaction } = this.firing
    const limit = limits.get(event.publication)
    if (limit === undefined) return
    const bytes = eventBytes(limit, event, { scope: this.scopeSaid, transaction })
    if (bytes <= limit.bytesMax) return
    const { topic } = event.publication
    throw new ValueError('tooLarge', `the event has ${bytes} bytes, and topic ${topic} takes ${limit.bytesMax}`)
  }

  /** The commit's, where the event names none. */
  private time(time: Evaluation | null): bigint {
    const us = time === null ? this.firing.transaction.committedAtUs : this.evaluate(time, 'time')
    if (isRfc3339Time(us)) return us
    throw new ValueError('overflow', 'the time of the event is not in the years 0000 to 9999')
  }

  private evaluate(evaluation: Evaluation, at: string): Value {
    this.at = at
    this.place = evaluation.place
    return evaluation.evaluate(this.frame)
  }

  refused(message: string): FailedInput {
    this.at = ''
    this.place = this.firing.rule.place
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
        with: this.joined(),
        lookups: this.lookedUp.found(),
      },
    }
  }

  keys(): readonly HeldUnit[] | null {
    try {
      this.frame[frameSlots.nulled] = undefined
      return this.firing.rule.publish.flatMap((item) => this.keysOf(item))
    } catch (error) {
      if (error instanceof FalseworkError) throw error
      return null
    }
  }

  private keysOf(item: CompiledPublish): HeldUnit[] {
    const topic = item.kind === 'event' ? item.publication.topic : item.topic
    const one = (): HeldUnit => ({ topic, key: item.key.evaluate(this.frame) as string })
    if (item.kind === 'tombstone' || item.each === null) return [one()]
    const { each } = item
    return this.elements(each).map((element) => {
      this.frame[each.slot] = element
      return one()
    })
  }

  carried(): CarriedInput {
    const { rule, cause, joins } = this.firing
    const joined: Record<string, readonly RowImage[]> = {}
    for (const one of rule.withs) {
      const rows = tried(() => joins.matching(one, this.frame))
      if (rows !== null) joined[one.alias] = rows
    }
    return { ...carriedRows(cause), with: joined, answers: this.lookedUp.answers() }
  }

  /** The rows of `with`, as far as they were found before the failure. */
  private joined(): Record<string, readonly RowImage[]> {
    const found: Record<string, readonly RowImage[]> = {}
    for (const { alias, slot, rows } of this.firing.rule.withs) {
      const value = this.frame[slot] as readonly RowImage[] | RowImage | null | undefined
      if (value === undefined) continue
      found[alias] = rows.max > 1 ? (value as readonly RowImage[]) : value === null ? [] : [value as RowImage]
    }
    return found
  }
}

/** Null where the rows are not there to be found: who needs them fails again. */
function tried<T>(find: () => T): T | null {
  try {
    return find()
  } catch (error) {
    if (error instanceof ValueError) return null
    throw error
  }
}
