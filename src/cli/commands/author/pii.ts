import type { Command } from 'commander'
import { personalDataLeaving, unknownMappings } from '../../../app/author/personal-data-leaving.ts'
import { validateProject } from '../../../app/project/validate-project.ts'
import { placeText } from '../../../core/diagnostics/render-problem.ts'
import type { PersonalField } from '../../../core/mapping/personal/personal-fields.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { type Column, printReading } from '../../output.ts'

const columns: readonly Column<PersonalField>[] = [
  { title: 'EVENT', text: ({ event }) => event },
  { title: 'FIELD', text: ({ field }) => field },
  { title: 'COLUMN', text: ({ column }) => column },
  { title: 'KIND', text: ({ tag }) => tag },
  { title: 'HIDDEN BY', text: hiddenText },
  { title: 'PLACE', text: ({ place }) => placeText(place) },
]

export function addPii(program: Command, shell: Shell): void {
  withCommonOptions(program.command('pii'))
    .description('where personal data leaves, field by field: what hides it, or the reason that allowPii gives')
    .action(async (options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const checked = validateProject(await wiring.readProject(), wiring.names)
        const mistaken = unknownMappings(checked).map(({ file }) => file.path)
        printReading(shell.streams, options.output, {
          kind: 'PersonalFields',
          items: personalDataLeaving(checked),
          columns,
          empty: 'no field of an event is made of a column that the catalogs call personal data',
          warnings: mistaken.map(
            (path) => `${path} has mistakes, and what leaves by it is not known: falsework validate`,
          ),
        })
        return exitCode.done
      })
    })
}

function hiddenText({ hiddenBy, reason }: PersonalField): string {
  if (reason !== null) return `nothing: ${reason}`
  return hiddenBy.length === 0 ? 'its expression' : hiddenBy.map((name) => `${name}()`).join(', ')
}
