import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { fillTemplate } from '../../../app/author/fill-template.ts'
import { projectTemplate, writeNewFiles } from '../../../wiring.ts'
import { type CommandOptions, type Shell, withOutputOption } from '../../command.ts'
import { type Column, printReading } from '../../output.ts'

interface InitOptions extends Pick<CommandOptions, 'output'> {
  readonly source: string
}

interface WrittenFile {
  readonly path: string
}

export const writtenColumns: readonly Column<WrittenFile>[] = [{ title: 'WRITTEN', text: ({ path }) => path }]

export function addInit(program: Command, shell: Shell): void {
  withOutputOption(program.command('init'))
    .argument('[dir]', 'the folder of the new project', '.')
    .description('a new project with an example that validates and passes; writes over nothing')
    .option('--source <name>', 'what the legacy database is called', sourceName, 'legacy')
    .action(async (folder: string, { output, source }: InitOptions) => {
      const files = fillTemplate(await projectTemplate(), source)
      await writeNewFiles(resolve(shell.workingFolder, folder), files)
      printReading(shell.streams, output, {
        kind: 'WrittenFiles',
        items: files.map(({ path }) => ({ path })),
        columns: writtenColumns,
        empty: '',
        nextSteps: [`cd ${folder} && falsework test`, 'README.md there says how your own tables come in'],
      })
    })
}

/** In names of topics, of a replication slot, and of variables of the environment. */
function sourceName(text: string): string {
  if (/^[a-zA-Z][a-zA-Z0-9_-]{0,49}$/.test(text)) return text
  throw new InvalidArgumentError('Expected a letter, then letters, digits, _ and -, at most 50.')
}
