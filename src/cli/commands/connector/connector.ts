import type { Command } from 'commander'
import { type AppliedConnector, applyConnector, rootCause } from '../../../app/capture/apply-connector.ts'
import { hasErrors, validateProject } from '../../../app/project/validate-project.ts'
import { renderProblems } from '../../../core/diagnostics/render-problem.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { inTurn, printTurn } from '../../in-turn.ts'
import { type Column, printReading } from '../../output.ts'
import { chosenSources, connectorName } from '../../sources.ts'
import { timeoutOption } from '../../whole-number.ts'
import { addConnectorSnapshot } from './connector-snapshot.ts'
import { addConnectorStops } from './connector-stops.ts'

interface ApplyOptions extends CommandOptions {
  readonly timeout: number
  readonly force?: boolean
}

const appliedColumns: readonly Column<AppliedConnector>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'CONNECTOR', text: ({ connector }) => connector },
  { title: 'RAW LOG', text: ({ rawLog }) => rawLog },
  { title: 'RECORDS', align: 'right', text: ({ records }) => String(records) },
  { title: '', text: ({ change }) => change },
]

interface ConnectorLine {
  readonly source: string
  readonly connector: string
  readonly state: string
  readonly tasks: string
  readonly cause: string
}

const statusColumns: readonly Column<ConnectorLine>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'CONNECTOR', text: ({ connector }) => connector },
  { title: 'STATE', text: ({ state }) => state },
  { title: 'TASKS', text: ({ tasks }) => tasks },
  { title: 'CAUSE', text: ({ cause }) => cause },
]

export function addConnector(program: Command, shell: Shell): void {
  const connector = program.command('connector').description('the Debezium connectors of the sources')
  withCommonOptions(connector.command('apply'))
    .argument('[source...]', 'sources; none: all')
    .description('create or update, then wait until the task runs and the first record is there')
    .addOption(timeoutOption(90))
    .option('--force', 'also when the file says something that loses or falsifies changes')
    .action(async (only: string[], options: ApplyOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const sources = chosenSources(wiring, only)
        const problems = await problemsOf(wiring, sources)
        shell.streams.err(problems.text)
        if (problems.errors && options.force !== true) return exitCode.no
        const turn = await inTurn(
          shell,
          sources,
          async (source) => await applyConnector(source, await applyParts(shell, wiring, { source, ...options })),
        )
        return printTurn(shell, options, turn, {
          kind: 'AppliedConnectors',
          columns: appliedColumns,
          empty: 'the project has no sources',
        })
      })
    })
  withCommonOptions(connector.command('status'))
    .argument('[source...]', 'sources; none: all')
    .description('what Kafka Connect says; exit 1 when a task is not running')
    .action(async (only: string[], options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const items = await Promise.all(chosenSources(wiring, only).map(async (source) => await lineOf(wiring, source)))
        printReading(shell.streams, options.output, {
          kind: 'Connectors',
          items,
          columns: statusColumns,
          empty: 'the project has no sources',
        })
        return items.every(({ tasks }) => /^\d+ RUNNING$/.test(tasks)) ? exitCode.done : exitCode.no
      })
    })
  addConnectorSnapshot(connector, shell)
  addConnectorStops(connector, shell)
}

const applyParts = async (
  { interrupted: signal }: Shell,
  wiring: Wiring,
  { source, timeout }: { readonly source: string; readonly timeout: number },
): Promise<Parameters<typeof applyConnector>[1]> => ({
  connector: connectorName(wiring, source),
  config: await wiring.connectorConfig(source),
  names: wiring.names,
  connectorAdmin: wiring.connectorAdmin,
  connectorOffsets: wiring.connectorOffsets,
  topicAdmin: wiring.kafka.topicAdmin,
  topicReader: wiring.kafka.topicReader,
  clock: wiring.clock,
  timeoutMs: timeout * 1_000,
  signal,
})

/** What `validate` says of the connector files, here where they come into force. */
async function problemsOf(
  wiring: Wiring,
  sources: readonly string[],
): Promise<{ readonly text: string; readonly errors: boolean }> {
  const project = await wiring.readProject()
  const files = new Set(sources.map((source) => project.sources.get(source)?.connector))
  const problems = validateProject(project, wiring.names).problems.filter(({ place }) => files.has(place.file))
  const textOf = (file: string): string | null =>
    project.texts.connectors.find(({ path }) => path === file)?.text ?? null
  return { text: renderProblems(problems, textOf), errors: hasErrors(problems) }
}

async function lineOf(wiring: Wiring, source: string): Promise<ConnectorLine> {
  const connector = connectorName(wiring, source)
  const status = await wiring.connectorAdmin.status(connector)
  if (status === null) return { source, connector, state: 'not there', tasks: '', cause: '' }
  const tasks = status.tasks.map(({ id, state }) => `${id} ${state}`).join(', ')
  return { source, connector, state: status.state, tasks, cause: rootCause(status) ?? '' }
}
