import { type Command, Option } from 'commander'
import { readDeadLetters } from '../../../app/observe/dead-letters.ts'
import { chooseLetters } from '../../../app/operate/decide-letters.ts'
import { type ExportedLetter, fixturesOfLetters } from '../../../app/project/captured/fixtures-of-letters.ts'
import { validateProject } from '../../../app/project/validate-project.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { writeNewFiles } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { type Column, printReading } from '../../output.ts'

interface ExportOptions extends CommandOptions {
  readonly out?: string
}

interface Line extends ExportedLetter {
  readonly path: string | null
}

const columns: readonly Column<Line>[] = [
  { title: 'ID', text: ({ id }) => id.slice(0, 13) },
  { title: 'MAPPING', text: ({ mapping }) => mapping },
  { title: 'AT', text: ({ at }) => at },
  { title: 'CLASS', text: (letter) => letter.class },
  { title: 'NOW', text: ({ outcome }) => outcome },
  { title: 'WRITTEN', text: ({ path }) => path ?? '-' },
]

export function addExportLetters(deadLetters: Command, shell: Shell): void {
  withCommonOptions(deadLetters.command('export'))
    .argument('[ids...]', 'dead letters, by unique beginnings of their ids; none: all of them')
    .description('their inputs as fixtures that expect the failure, personal data masked')
    .addOption(new Option('--out <file>', 'where the fixtures of one mapping go, in the folder of the project'))
    .action(async (ids: string[], { out, ...options }: ExportOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const { letters } = await readDeadLetters(wiring.kafka.topicReader, wiring.names.deadLetters)
        const chosen = ids.length === 0 ? letters : chooseLetters(letters, { ids })
        const mappings = new Set(chosen.map((letter) => letter.mapping))
        if (out !== undefined && mappings.size > 1) throw severalMappings(mappings)
        const checked = validateProject(await wiring.readProject(), wiring.names)
        const exported = fixturesOfLetters(checked, chosen)
        const files = exported.flatMap(({ mapping, text }) =>
          text === null ? [] : [{ mapping, path: out ?? `mappings/${mapping}.dead-letters.test.yaml`, text }],
        )
        await writeNewFiles(wiring.root, files)
        const pathOf = new Map(files.map(({ mapping, path }) => [mapping, path]))
        const items = exported.flatMap(({ mapping, letters: own }) =>
          own.map((letter) => ({ ...letter, path: letter.outcome === 'left' ? null : (pathOf.get(mapping) ?? null) })),
        )
        const nextSteps = files.length === 0 ? [] : ['correct the mapping, then `falsework test --update`']
        const empty = 'no dead letters'
        printReading(shell.streams, options.output, { kind: 'ExportedLetters', items, columns, empty, nextSteps })
        return files.length === 0 && items.length > 0 ? exitCode.no : exitCode.done
      })
    })
}

const severalMappings = (mappings: ReadonlySet<string>): FalseworkError =>
  new FalseworkError('USAGE', `--out is one file, and the letters are of ${[...mappings].join(', ')}: name ids of one`)
