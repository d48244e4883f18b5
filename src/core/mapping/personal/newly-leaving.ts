/** The personal data that leaves by one revision of a mapping and did not by another. */
import type { PersonalField } from './personal-fields.ts'

export interface LeftBefore {
  readonly fields: readonly PersonalField[]
  /** Columns that had a tag then: of any other, what no function hid left as it was. */
  readonly tagged: ReadonlySet<string>
}

/** Fields that no column of the kind reached, and those in which it was hidden and no longer is. */
export const newlyLeaving = (
  { fields, tagged }: LeftBefore,
  after: readonly PersonalField[],
): readonly PersonalField[] => {
  const wasHidden = ({ column, hiddenBy, reason }: PersonalField): boolean =>
    hiddenBy.length > 0 || (reason === null && tagged.has(column))
  return after.filter((field) => {
    const same = fields.filter((other) => nameOf(other) === nameOf(field))
    return same.length === 0 || (field.reason !== null && same.every(wasHidden))
  })
}

const nameOf = ({ event, field, column }: PersonalField): string => JSON.stringify([event, field, column])
