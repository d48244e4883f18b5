/** An event of a firing: its key, time and fields, evaluated and encoded by its contract. */
import type { Place } from '../../../diagnostics/problem.ts'
import type { BusinessEvent } from '../../../event/business-event.ts'
import { eventBytes } from '../../../event/event-size.ts'
import { isRfc3339Time } from '../../../event/event-time.ts'
import type { Frame } from '../../../expression/types/scope.ts'
import type { Scope } from '../../../migration/stage.ts'
import type { Value } from '../../../values/value.ts'
import { type ErrorClass, ValueError } from '../../../values/value-error.ts'
import { type CompiledEvent, type Evaluation, frameSlots } from '../../compiled-mapping.ts'
import type { FiredInput } from '../fired-input.ts'
import type { Firing } from './firing.ts'

/** An event whose index is counted when its whole input has succeeded. */
export interface DraftEvent extends Omit<BusinessEvent, 'index'> {
  index: number
}

/** A firing that knows what is being evaluated, for the failure that names it. */
export interface FiringAtWork extends Pick<FiredInput, 'identity'> {
  readonly firing: Firing
  readonly frame: Frame
  readonly scopeSaid: Scope
  /** What comes next is done at this place of the mapping file. */
  standAt(at: string, place: Place): void
  evaluate(evaluation: Evaluation, at: string): Value
}

/** Raises ValueError of the expressions and of the contract, `overflow` for its time, and `tooLarge`. */
export function draftEvent(item: CompiledEvent, run: FiringAtWork): DraftEvent {
  const { publication } = item
  const key = run.evaluate(item.key, 'key') as string
  const subject = item.subject === null ? key : (run.evaluate(item.subject, 'subject') as string)
  const timeUs = timeOf(item, run)
  const fields: Record<string, Value> = {}
  run.frame[frameSlots.nulled] = undefined
  for (const field of item.fields) fields[field.name] = run.evaluate(field, field.name)
  run.standAt(publication.event, item.place)
  const value = publication.contract.encode(fields)
  const nulled = run.frame[frameSlots.nulled] as readonly ErrorClass[] | undefined
  const event = {
    publication,
    key,
    subject,
    timeUs,
    fields,
    value,
    anchor: run.identity.anchor,
    index: 0,
    ...(nulled !== undefined && { nulled }),
  }
  refuseTooLarge(event, run)
  return event
}

/** The commit's, where the event names none. */
function timeOf({ time }: CompiledEvent, run: FiringAtWork): bigint {
  const us = time === null ? run.firing.transaction.committedAtUs : run.evaluate(time, 'time')
  if (isRfc3339Time(us)) return us
  throw new ValueError('overflow', 'the time of the event is not in the years 0000 to 9999')
}

/** The broker would refuse its record each time, and everything behind it would wait. */
function refuseTooLarge(event: DraftEvent, { firing: { limits, transaction }, scopeSaid: scope }: FiringAtWork): void {
  const limit = limits.get(event.publication)
  if (limit === undefined) return
  const bytes = eventBytes(limit, event, { scope, transaction })
  if (bytes <= limit.bytesMax) return
  const { topic } = event.publication
  throw new ValueError('tooLarge', `the event has ${bytes} bytes, and topic ${topic} takes ${limit.bytesMax}`)
}
