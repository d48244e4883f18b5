import type { Command } from 'commander'
import { pullCatalog, type PulledCatalog } from '../../../app/capture/pull-catalog.ts'
import type { Project } from '../../../app/project/project-texts.ts'
import { declaredSource } from '../../../config/project-config.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Problem } from '../../../core/diagnostics/problem.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, renderError, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode, exitCodeOf } from '../../exit-code.ts'
import { untried } from '../../in-turn.ts'
import { type Column, printReading } from '../../output.ts'
import { addCatalogDiff } from './catalog-diff.ts'
import { chosenSources } from '../../sources.ts'
import { printProblems, summary } from '../../readings/problems.ts'

const columns: readonly Column<PulledCatalog>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'FILE', text: ({ path }) => path },
  { title: 'TABLES', align: 'right', text: ({ tables }) => String(tables) },
  { title: '', text: ({ change }) => change },
]

interface PullOptions extends CommandOptions {
  readonly dropTags?: true
}

export function addCatalog(program: Command, shell: Shell): void {
  const catalog = program.command('catalog').description('what is known of the tables of the sources')
  withCommonOptions(catalog.command('pull'))
    .argument('[source...]', 'sources; none: all')
    .description('tables of the legacy database into catalog/<source>.json; tags and comments added by hand stay')
    .option('--drop-tags', 'also where columns of personal data, with their tags, are not there any more')
    .action(async (only: string[], { dropTags, ...options }: PullOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const project = await wiring.readProject()
        const { items, problems, failures } = await pullEach(
          wiring,
          {
            sources: chosenSources(wiring, only),
            lostTags: dropTags === true ? 'dropped' : 'refused',
            ended: shell.interrupted,
          },
          project,
        )
        const { streams } = shell
        if (items.length > 0 || problems.length + failures.length === 0) {
          const empty = 'the project has no sources'
          printReading(streams, options.output, { kind: 'PulledCatalogs', items, columns, empty })
        }
        for (const failure of failures) streams.err(renderError(failure, options.output))
        if (problems.length > 0) {
          printProblems({ ...streams, out: streams.err }, project, problems)
          streams.err(`nothing was written over what cannot be read: ${summary(problems)}\n`)
        }
        const [failure] = failures
        if (failure !== undefined) return exitCodeOf(failure.code)
        return problems.length > 0 ? exitCode.no : exitCode.done
      })
    })
  addCatalogDiff(catalog, shell)
}

interface Pulls {
  readonly items: PulledCatalog[]
  readonly problems: Problem[]
  readonly failures: FalseworkError[]
}

interface WantedPulls {
  readonly sources: readonly string[]
  readonly lostTags: 'refused' | 'dropped'
  readonly ended: AbortSignal
}

/** A source that cannot be pulled keeps none of the others from it. */
async function pullEach(wiring: Wiring, { sources, lostTags, ended }: WantedPulls, { texts }: Project): Promise<Pulls> {
  const pulls: Pulls = { items: [], problems: [], failures: [] }
  for (const [at, source] of sources.entries()) {
    if (ended.aborted) {
      pulls.failures.unshift(new FalseworkError('INTERRUPTED', untried(sources.slice(at))))
      break
    }
    const { schemas } = declaredSource(wiring.config, source)
    try {
      const pull = await pullCatalog(
        { source, schemas, files: texts.catalogs, unread: texts.unread, lostTags },
        { openInspector: async () => await wiring.openInspector(source), writeFile: wiring.writeFile },
      )
      if (pull.kind === 'pulled') pulls.items.push(pull)
      else pulls.problems.push(...pull.problems)
    } catch (error) {
      if (!(error instanceof FalseworkError)) throw error
      pulls.failures.push(error)
    }
  }
  return pulls
}
