/** What a firing has read, and where its events may go: for dead letters, and for inputs that are to wait. */
import type { RowImage } from '../../../capture/image/row-image.ts'
import { FalseworkError } from '../../../diagnostics/falsework-error.ts'
import type { Frame } from '../../../expression/types/scope.ts'
import type { CarriedInput } from '../../../held/carried-input.ts'
import type { HeldUnit } from '../../../held/held-unit.ts'
import type { Value } from '../../../values/value.ts'
import { ValueError } from '../../../values/value-error.ts'
import { type CompiledPublish, type CompiledRule, frameSlots } from '../../compiled-mapping.ts'
import { carriedRows } from '../cause.ts'
import type { Firing } from './firing.ts'
import type { LookedUp } from '../looked-up.ts'

/** Everything that it needs to be translated again: rows of each `with`, whether it came to look for them or not. */
export function carriedInput({ rule, cause, joins }: Firing, frame: Frame, lookedUp: LookedUp): CarriedInput {
  const joined: Record<string, readonly RowImage[]> = {}
  for (const one of rule.withs) {
    const rows = tried(() => joins.matching(one, frame))
    if (rows !== null) joined[one.alias] = rows
  }
  return { ...carriedRows(cause), with: joined, answers: lookedUp.answers() }
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

/** The rows of `with`, as far as they were found before the failure. */
export function rowsJoined({ withs }: CompiledRule, frame: Frame): Record<string, readonly RowImage[]> {
  const found: Record<string, readonly RowImage[]> = {}
  for (const { alias, slot, rows } of withs) {
    const value = frame[slot] as readonly RowImage[] | RowImage | null | undefined
    if (value === undefined) continue
    found[alias] = rows.max > 1 ? (value as readonly RowImage[]) : value === null ? [] : [value as RowImage]
  }
  return found
}

/** Where its events may go, whatever their guards say; null where a key cannot be computed. */
export function keysOfEvents({ publish }: CompiledRule, frame: Frame): readonly HeldUnit[] | null {
  try {
    frame[frameSlots.nulled] = undefined
    return publish.flatMap((item) => keysOf(item, frame))
  } catch (error) {
    if (error instanceof FalseworkError) throw error
    return null
  }
}

function keysOf(item: CompiledPublish, frame: Frame): HeldUnit[] {
  const topic = item.kind === 'event' ? item.publication.topic : item.topic
  const one = (): HeldUnit => ({ topic, key: item.key.evaluate(frame) as string })
  if (item.kind === 'tombstone' || item.each === null) return [one()]
  const { each } = item
  return elementsOf(each.evaluate(frame)).map((element) => {
    frame[each.slot] = element
    return one()
  })
}

/** A list that is null has none. */
export const elementsOf = (list: Value): readonly Value[] => (list as readonly Value[] | null) ?? []
