import { type Command, Option } from 'commander'
import {
  draftOrigins,
  type ScaffoldedTable,
  scaffoldTables,
  type WantedDrafts,
} from '../../../app/author/scaffold-tables.ts'
import { validateProject } from '../../../app/project/validate-project.ts'
import { declaredSource } from '../../../config/project-config.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { type Wiring, writeNewFiles } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { type Column, printReading } from '../../output.ts'

interface ScaffoldOptions extends CommandOptions {
  readonly source?: string
  readonly from: WantedDrafts['from']
}

interface Drafted {
  readonly table: string
  readonly about: string
  readonly files: readonly string[]
  readonly look: readonly string[]
}

const columns: readonly Column<Drafted>[] = [
  { title: 'TABLE', text: ({ table }) => table },
  { title: 'ABOUT', text: ({ about }) => about },
  { title: 'WRITTEN', text: ({ files }) => files.join(' ') },
]

export function addScaffold(program: Command, shell: Shell): void {
  withCommonOptions(program.command('scaffold'))
    .argument('<table...>', 'tables of the catalog: orders, public.orders')
    .description('a draft mapping with contracts and fixtures for each table, from the catalog; writes over nothing')
    .option('--source <name>', 'whose catalog, where the project has several sources')
    .addOption(
      new Option('--from <what>', 'db: look at up to 1,000 rows of each table, too')
        .choices(draftOrigins)
        .default('catalog'),
    )
    .action(async (tables: string[], { source: named, from, ...options }: ScaffoldOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const checked = validateProject(await wiring.readProject(), wiring.names)
        const source = chosenSource(wiring, named)
        const drafts = await scaffoldTables(
          checked,
          { source, tables, from },
          async () => await wiring.openInspector(source),
        )
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
          nextSteps: ['falsework test', ...(from === 'db' ? [] : [fromDatabase])],
        })
        return exitCode.done
      })
    })
}

const fromDatabase =
  '`--from db` looks at rows as well, and names the columns that hold few values, or never null; remove what was written first'

const draftedOf = ({ table, about, files, look }: ScaffoldedTable): Drafted => ({
  table,
  about,
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
