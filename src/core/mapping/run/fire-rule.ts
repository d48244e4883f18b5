/** One firing of a rule: from a net change to its events, all of them or none. */
import type { RowImage } from '../../capture/row-change.ts'
import type { Place } from '../../diagnostics/problem.ts'
import type { BusinessEvent, EventAnchor, Tombstone } from '../../event/business-event.ts'
import type { Frame } from '../../expression/scope.ts'
import type { NetChange } from '../../transaction/net-change.ts'
import type { SourceTransaction } from '../../transaction/source-transaction.ts'
import type { Value } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import type { Meta } from '../check/rule-scope.ts'
import {
  type CompiledEvent,
  type CompiledMapping,
  type CompiledRule,
  frameSlots,
  type Evaluation,
} from '../compiled-mapping.ts'
import type { FailedInput } from './failed-input.ts'
import type { Joins } from './join.ts'

/** An event without its index, which is counted when the whole input has succeeded. */
export type UncountedEvent = Omit<BusinessEvent, 'index'>

export type Fired =
  | { readonly kind: 'events'; readonly events: readonly (UncountedEvent | Tombstone)[] }
  /** The rule is not about this change: another operation, another column, a guard that says no. */
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly input: FailedInput }

export interface Firing {
  readonly mapping: CompiledMapping
  readonly rule: CompiledRule
  readonly net: NetChange
  readonly transaction: SourceTransaction
  readonly joins: Joins
}

const passed: Fired = { kind: 'passed' }

/** Raises whatever is no ValueError: an assertion of ours, at which the source stops. */
export function fireRule(firing: Firing): Fired {
  const run = new Run(firing)
  try {
    return run.fire()
  } catch (error) {
    if (error instanceof ValueError) return { kind: 'failed', input: run.failedInput(error) }
    throw error
  }
}

class Run {
  private readonly firing: Firing
  private readonly frame: Frame
  private readonly found: Record<string, readonly RowImage[]> = {}
  /** What is being evaluated, for the failure that names it. */
  private at: { name: string; place: Place; event: string | null }

  constructor(firing: Firing) {
    const { rule, net, transaction } = firing
    this.firing = firing
    this.at = { name: rule.name, place: rule.place, event: null }
    const frame: Frame = new Array<unknown>(rule.frameSize)
    const meta: Meta = {
      committedAtUs: transaction.committedAtUs,
      op: net.op,
      table: net.table,
      transactionKey: transaction.key,
      position: transaction.position,
    }
    frame[frameSlots.before] = net.before
    frame[frameSlots.after] = net.after
    frame[frameSlots.row] = net.after ?? net.before
    frame[frameSlots.meta] = meta
    this.frame = frame
  }

  fire(): Fired {
    const { rule, net } = this.firing
    if (!this.isMeant()) return passed
    this.join()
    if (rule.when !== null) {
      this.at = { ...this.at, name: `${rule.name}.when`, place: rule.when.place }
      if (rule.when.evaluate(this.frame) !== true) return passed
    }
    const anchor: EventAnchor = { table: net.table, ordinal: net.ordinal, offset: net.first.offset }
    const events: (UncountedEvent | Tombstone)[] = []
    for (const item of rule.publish) {
      if (item.when !== null && this.evaluate(item.when, 'when') !== true) continue
      if (item.kind === 'event') events.push(this.event(item, anchor))
      else {
        const key = this.evaluate(item.key, 'key') as string
        events.push({ mapping: rule.mapping, topic: item.topic, key, anchor })
      }
    }
    return { kind: 'events', events }
  }

  private isMeant(): boolean {
    const { rule, net } = this.firing
    if (!rule.operations.has(net.op)) return false
    if (net.op === 'update' && net.before === null) {
      throw new ValueError('unavailable', 'the row before the update is not in the log')
    }
    if (net.op !== 'update' || rule.changed === null || net.before === null || net.after === null) return true
    return rule.changed(net.before, net.after)
  }

  private join(): void {
    const { rule, joins } = this.firing
    for (const joined of rule.withs) {
      this.at = { name: `${rule.name}.${joined.alias}`, place: joined.place, event: null }
      const rows = joins.rows(joined, this.frame)
      this.found[joined.alias] = rows
      this.frame[joined.slot] = joined.rows.max > 1 ? rows : (rows[0] ?? null)
    }
  }

  private event(item: CompiledEvent, anchor: EventAnchor): UncountedEvent {
    const { transaction, rule } = this.firing
    const { publication } = item
    this.at = { name: rule.name, place: rule.place, event: `${publication.event}.v${publication.version}` }
    const key = this.evaluate(item.key, 'key') as string
    const subject = item.subject === null ? key : (this.evaluate(item.subject, 'subject') as string)
    const timeUs = item.time === null ? transaction.committedAtUs : (this.evaluate(item.time, 'time') as bigint)
    const fields: Record<string, Value> = {}
    for (const field of item.fields) fields[field.name] = this.evaluate(field, field.name)
    this.at = { name: `${rule.name}.${publication.event}`, place: rule.place, event: this.at.event }
    const value = publication.contract.encode(fields)
    return { publication, key, subject, timeUs, fields, value, anchor }
  }

  private evaluate(evaluation: Evaluation, name: string): Value {
    this.at.name = name
    this.at.place = evaluation.place
    return evaluation.evaluate(this.frame)
  }

  failedInput(error: ValueError): FailedInput {
    const { rule, net } = this.firing
    const { name, place, event } = this.at
    const { errorClass, message } = error
    const anchor: EventAnchor = { table: net.table, ordinal: net.ordinal, offset: net.first.offset }
    const at = name.startsWith(`${rule.name}.`) || name === rule.name ? name : `${rule.name}.${name}`
    return {
      identity: { mapping: rule.mapping, rule: rule.name, anchor, group: '' },
      errorClass,
      place,
      failure: {
        class: errorClass,
        message,
        at,
        place,
        event,
        op: net.op,
        before: net.before,
        after: net.after,
        with: this.found,
      },
    }
  }
}
