import type { Command } from 'commander'
import { diffCatalog, type ReadChange } from '../../../app/capture/diff-catalog.ts'
import { hasErrors, validateProject } from '../../../app/project/validate-project.ts'
import { declaredSource } from '../../../config/project-config.ts'
import { placeText } from '../../../core/diagnostics/render-problem.ts'
import type { ColumnReader } from '../../../core/mapping/column-readers.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { inTurn, printTurn } from '../../in-turn.ts'
import type { Column } from '../../output.ts'
import { chosenSources } from '../../sources.ts'

const kinds: Readonly<Record<ReadChange['kind'], string>> = {
  tableAdded: 'new table',
  tableDropped: 'dropped table',
  columnAdded: 'new column',
  columnDropped: 'dropped',
  columnRenamed: 'renamed, as it seems',
  columnRetyped: 'retyped',
  columnNullable: 'may be null now',
  columnChanged: 'changed',
  primaryKey: 'primary key',
  uniqueKeys: 'unique keys',
  foreignKeys: 'foreign keys',
  triggers: 'triggers',
  replicaIdentity: 'replica identity',
}

const columns: readonly Column<ReadChange>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'TABLE', text: ({ table }) => table },
  { title: 'COLUMN', text: ({ column }) => column ?? '-' },
  { title: 'CHANGE', text: ({ kind }) => kinds[kind] },
  { title: 'CATALOG', text: ({ before }) => before ?? '-' },
  { title: 'DATABASE', text: ({ after }) => after ?? '-' },
  { title: 'READ BY', text: ({ readers }) => (readers.length === 0 ? '-' : readers.map(readerText).join(', ')) },
]

const readerText = ({ mapping, event, field, place }: ColumnReader): string =>
  `${event === null ? `rules of ${mapping}` : `${event} ${field ?? ''}`} (${placeText(place)})`

export function addCatalogDiff(catalog: Command, shell: Shell): void {
  withCommonOptions(catalog.command('diff'))
    .argument('[source...]', 'sources; none: all')
    .description(
      'what the database has otherwise than catalog/<source>.json, and which event fields read it; exit 1 when a column that is read is dropped, renamed, retyped, or may be null now',
    )
    .action(async (only: string[], options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const sources = chosenSources(wiring, only)
        const project = await wiring.readProject()
        const { mappings, problems } = validateProject(project, wiring.names)
        const { items, failure } = await inTurn(shell, sources, async (source) => {
          const { schemas } = declaredSource(wiring.config, source)
          return await diffCatalog(
            { source, schemas, files: project.texts.catalogs },
            {
              openInspector: async () => await wiring.openInspector(source),
              mappings: mappings.flatMap(({ mapping }) => (mapping?.source === source ? [mapping] : [])),
            },
          )
        })
        const changes = items.flat()
        const code = printTurn(
          shell,
          options,
          { items: changes, failure },
          {
            kind: 'CatalogChanges',
            columns,
            empty: 'the catalogs say what the databases say',
            warnings: hasErrors(problems) ? [incomplete] : [],
            nextSteps: changes.length === 0 ? [] : ['`falsework catalog pull` takes it up, then `falsework validate`'],
          },
        )
        const isBroken = changes.some(({ verdict }) => verdict === 'breaking')
        return code === exitCode.done && isBroken ? exitCode.no : code
      })
    })
}

const incomplete = 'the project has errors: what mappings read that have one is not known; run `falsework validate`'
