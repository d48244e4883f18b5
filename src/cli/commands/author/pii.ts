import type { Command } from 'commander'
import {
  type LeavingField,
  personalDataLeaving,
  unknownMappings,
  type UntaggedColumns,
  untaggedColumns,
} from '../../../app/author/personal-data-leaving.ts'
import { validateProject } from '../../../app/project/validate-project.ts'
import { placeText } from '../../../core/diagnostics/render-problem.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { type Column, printReading } from '../../output.ts'

const columns: readonly Column<LeavingField>[] = [
  { title: 'EVENT', text: ({ event }) => event },
  { title: 'FIELD', text: ({ field }) => field },
  { title: 'COLUMN', text: ({ column }) => column },
  { title: 'KIND', text: ({ tag, by }) => (by === 'tag' ? tag : `${tag}? no tag`) },
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
          empty:
            'no field of an event is made of a column that the catalogs call personal data; people tag these, and a column without a tag may hold some',
          warnings: [
            ...mistaken.map((path) => `${path} has mistakes, and what leaves by it is not known: falsework validate`),
            ...untaggedColumns(checked).map(untaggedText),
          ],
        })
        return exitCode.done
      })
    })
}

function hiddenText({ hiddenBy, reason, by }: LeavingField): string {
  if (reason !== null) return `nothing: ${reason}`
  if (hiddenBy.length > 0) return hiddenBy.map((name) => `${name}()`).join(', ')
  return by === 'tag' ? 'its expression' : 'nothing is known'
}

function untaggedText({ source, columns }: UntaggedColumns): string {
  const named = [...columns].map(([column, kind]) => `${column} (${kind})`).join(', ')
  return `catalog/${source}.json: look like personal data by their names and have no tag: ${named}; add "pii" with the kind to each that is, and falsework validate says where it leaves`
}
