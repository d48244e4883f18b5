import type { Command } from 'commander'
import { pullCatalog, type PulledCatalog } from '../../app/capture/pull-catalog.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { type Column, printReading } from '../output.ts'

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
        const { texts } = await wiring.readProject()
        const items: PulledCatalog[] = []
        for (const { name, schemas } of wiring.config.sources.values()) {
          if (only.length > 0 && !only.includes(name)) continue
          items.push(
            await pullCatalog(
              { source: name, schemas, files: texts.catalogs },
              { openInspector: async () => await wiring.openInspector(name), writeFile: wiring.writeFile },
            ),
          )
        }
        const empty = 'the project has no such source'
        printReading(shell.streams, options.output, { kind: 'PulledCatalogs', items, columns, empty })
        return exitCode.done
      })
    })
}
