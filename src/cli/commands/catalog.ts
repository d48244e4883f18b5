import type { Command } from 'commander'
import { pullCatalog, type PulledCatalog } from '../../app/capture/pull-catalog.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../command.ts'
import type { Problem } from '../../core/diagnostics/problem.ts'
import { exitCode } from '../exit-code.ts'
import { type Column, printReading } from '../output.ts'
import { printProblems, summary } from './validate.ts'

const columns: readonly Column<PulledCatalog>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'FILE', text: ({ path }) => path },
  { title: 'TABLES', align: 'right', text: ({ tables }) => String(tables) },
  { title: '', text: ({ change }) => change },
]

export function addCatalog(program: Command, shell: Shell): void {
  const catalog = program.command('catalog').description('what is known of the tables of the sources')
  withCommonOptions(catalog.command('pull'))
    .argument('[source...]', 'sources; none: all')
    .description('tables of the legacy database into catalog/<source>.json; tags and comments added by hand stay')
    .action(async (only: string[], options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const project = await wiring.readProject()
        const files = project.texts.catalogs
        const items: PulledCatalog[] = []
        const problems: Problem[] = []
        for (const { name, schemas } of wiring.config.sources.values()) {
          if (only.length > 0 && !only.includes(name)) continue
          const pull = await pullCatalog(
            { source: name, schemas, files },
            { openInspector: async () => await wiring.openInspector(name), writeFile: wiring.writeFile },
          )
          if (pull.kind === 'pulled') items.push(pull)
          else problems.push(...pull.problems)
        }
        const empty = 'the project has no such source'
        const { streams } = shell
        if (problems.length === 0 || items.length > 0) {
          printReading(streams, options.output, { kind: 'PulledCatalogs', items, columns, empty })
        }
        if (problems.length === 0) return exitCode.done
        printProblems({ ...streams, out: streams.err }, project, problems)
        streams.err(`nothing was written over what cannot be read: ${summary(problems)}\n`)
        return exitCode.no
      })
    })
}
