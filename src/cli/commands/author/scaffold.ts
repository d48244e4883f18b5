import type { Command } from 'commander'
import { type ScaffoldedTable, scaffoldTables } from '../../../app/author/scaffold-tables.ts'
import { validateProject } from '../../../app/project/validate-project.ts'
import { declaredSource } from '../../../config/project-config.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { type Wiring, writeNewFiles } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { type Column, printReading } from '../../output.ts'

interface ScaffoldOptions extends CommandOptions {
  readonly source?: string
}

interface Drafted {
  readonly table: string
  readonly files: readonly string[]
  readonly look: readonly string[]
}

const columns: readonly Column<Drafted>[] = [
  { title: 'TABLE', text: ({ table }) => table },
  { title: 'WRITTEN', text: ({ files }) => files.join(' ') },
]

export function addScaffold(program: Command, shell: Shell): void {
  withCommonOptions(program.command('scaffold'))
    .argument('<table...>', 'tables of the catalog: orders, public.orders')
    .description('a draft mapping with contracts and fixtures for each table, from the catalog; writes over nothing')
    .option('--source <name>', 'whose catalog, where the project has several sources')
    .action(async (tables: string[], { source, ...options }: ScaffoldOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const checked = validateProject(await wiring.readProject(), wiring.names)
        const drafts = scaffoldTables(checked, { source: chosenSource(wiring, source), tables })
        await writeNewFiles(
          wiring.root,
          drafts.flatMap(({ files }) => files),
        )
        const items = drafts.map(draftedOf)
        printReading(shell.streams, options.output, {
          kind: 'DraftedMappings',
          items,
          columns,
          empty: '',
          warnings: items.flatMap(({ table, look }) => look.map((one) => `${table}: ${one}`)),
          nextSteps: ['falsework test'],
        })
        return exitCode.done
      })
    })
}

const draftedOf = ({ table, files, look }: ScaffoldedTable): Drafted => ({
  table,
  files: files.map(({ path }) => path),
  look,
})

/** The one that is named, or the only one. */
function chosenSource({ config }: Wiring, named: string | undefined): string {
  if (named !== undefined) return declaredSource(config, named).name
  const [only, ...others] = config.sources.keys()
  if (only !== undefined && others.length === 0) return only
  const have = [...config.sources.keys()].join(', ') || 'none'
  throw new FalseworkError('UNKNOWN_NAME', `name one of the sources with --source; have ${have}`)
}
