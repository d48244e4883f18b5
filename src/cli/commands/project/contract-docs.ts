import type { Command } from 'commander'
import { asyncApiText } from '../../../app/project/contracts/async-api.ts'
import { cataloguePage } from '../../../app/project/contracts/catalogue-page.ts'
import { publishedEvents } from '../../../app/project/contracts/published-events.ts'
import { hasErrors, validateProject } from '../../../app/project/validate-project.ts'
import { runCommand, type Shell, withProjectOption } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { count, printProblems, summary } from '../../readings/problems.ts'
import { projectPath } from './project-files.ts'

interface DocsOptions {
  readonly out: string
  readonly project?: string
}

export function addContractDocs(contract: Command, shell: Shell): void {
  withProjectOption(contract.command('docs'))
    .description('events, topics, keys and headers as asyncapi.json (AsyncAPI 3) and as a page, events.md')
    .option('--out <folder>', 'where they are written, in the project', 'docs/events')
    .action(async (options: DocsOptions) => {
      await runCommand(shell, { ...options, output: 'table' }, async (wiring) => {
        const { streams } = shell
        const project = await wiring.readProject()
        const { mappings, problems } = validateProject(project, wiring.names)
        if (hasErrors(problems)) {
          printProblems({ ...streams, out: streams.err }, project, problems)
          streams.err(`${summary(problems)}; nothing was written\n`)
          return exitCode.no
        }
        const events = publishedEvents(
          mappings.flatMap(({ mapping }) => mapping ?? []),
          { names: wiring.names, defaultPartitions: wiring.config.settings.partitions },
        )
        const folder = projectPath(shell, wiring, options.out)
        await wiring.writeFile(`${folder}/asyncapi.json`, asyncApiText(events))
        await wiring.writeFile(`${folder}/events.md`, cataloguePage(events))
        streams.err(`${count(events.length, 'event')} in ${folder}/asyncapi.json and ${folder}/events.md\n`)
        return exitCode.done
      })
    })
}
