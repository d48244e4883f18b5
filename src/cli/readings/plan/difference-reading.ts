/** What a planned revision does otherwise than the one in force, as lines below its mapping. */
import type { PlannedMapping } from '../../../app/project/plan/plan-mappings.ts'
import { displayText } from '../../../core/diagnostics/display-text.ts'
import type { PersonalField } from '../../../core/mapping/personal/personal-fields.ts'
import type { MappingChange } from '../../../core/mapping/revised/mapping-changes.ts'

/** Of two texts side by side, what a line of a terminal takes; `-o json` has them whole. */
const shownCharacters = 60

export const differenceLines = ({
  change,
  changes,
  personal,
  compared,
  cases,
}: Pick<PlannedMapping, 'change' | 'changes' | 'personal' | 'compared' | 'cases'>): readonly string[] =>
  change === 'unchanged'
    ? []
    : [
        ...(compared === 'yes'
          ? []
          : ['    warning: this build cannot read the revision in force: it is not compared whole']),
        ...changes.map((one) => `    ${changeText(one)}`),
        ...personal.map((field) => `    personal data leaves: ${personalText(field)}`),
        ...(cases === 0 ? ['    warning: no fixture case: nobody has seen what it makes of a change'] : []),
      ]

/** `~ OrderPlaced.v1 total: order.total -> scaled(order.total_cents, 2)` */
export function changeText({ rule, event, name, before, after, through }: MappingChange): string {
  const sign = before === null ? '+' : after === null ? '-' : '~'
  const named = [event ?? (rule === null ? [] : `rule ${rule}`), name].flat().join(' ')
  if (through.length > 0) return `${sign} ${named}: through ${through.join(', ')}`
  return `${sign} ${named}: ${[before, after].flatMap((text) => (text === null ? [] : cut(text))).join(' -> ')}`
}

export function personalText({ event, field, column, tag, hiddenBy, reason }: PersonalField): string {
  const hidden = hiddenBy.length === 0 ? 'its expression' : hiddenBy.map((name) => `${name}()`).join(', ')
  return `${column} (${tag}) in ${event} ${field}, ${reason === null ? `hidden by ${hidden}` : `in clear: ${reason}`}`
}

function cut(text: string): string {
  const shown = displayText(text)
  const [, start] = new RegExp(`^(.{${shownCharacters - 1}})..`, 'u').exec(shown) ?? []
  return start === undefined ? shown : `${start}…`
}
