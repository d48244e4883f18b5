/** Optional fields that are null where their own expression fails with a class whose policy is `nullField`. */
import type { Assigned } from '../../expression/elaborate/assign.ts'
import type { Frame } from '../../expression/types/scope.ts'
import { type ErrorClass, ValueError } from '../../values/value-error.ts'
import { frameSlots } from '../compiled-mapping.ts'

export class NullFields {
  private readonly classes: ReadonlySet<ErrorClass>
  /** Whether there is a field to which the policy can apply. */
  any = false

  constructor(classes: ReadonlySet<ErrorClass>) {
    this.classes = classes
  }

  /** The value of an optional field; a failure that gives null is noted in the frame, for whoever counts it. */
  guarded({ evaluate, canFail }: Assigned): Assigned['evaluate'] {
    const { classes } = this
    if (!canFail || classes.size === 0) return evaluate
    this.any = true
    return (frame) => {
      try {
        return evaluate(frame)
      } catch (error) {
        if (!(error instanceof ValueError) || !classes.has(error.errorClass)) throw error
        note(frame, error.errorClass)
        return null
      }
    }
  }
}

function note(frame: Frame, errorClass: ErrorClass): void {
  const noted = frame[frameSlots.nulled] as ErrorClass[] | undefined
  if (noted === undefined) frame[frameSlots.nulled] = [errorClass]
  else noted.push(errorClass)
}
