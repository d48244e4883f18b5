import type { Command } from 'commander'
import { type RegisteredOne, registerMappings } from '../../../app/project/register-mappings.ts'
import { allPassed } from '../../../app/project/test-project.ts'
import { waitUntilInForce } from '../../../app/project/wait-until-in-force.ts'
import type { FixtureRun } from '../../../core/mapping/fixtures/run-fixtures.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { type Column, printReading, type Streams } from '../../output.ts'
import { timeoutOption } from '../../whole-number.ts'
import { printProblems, summary } from '../../readings/problems.ts'
import { testsSummary, testText } from '../../readings/test-reading.ts'
import { projectNames } from './project-files.ts'

interface RegisterOptions extends CommandOptions {
  readonly wait?: boolean
  readonly timeout: number
}

const columns: readonly Column<RegisteredOne>[] = [
  { title: 'MAPPING', text: ({ mapping }) => mapping },
  { title: 'REVISION', text: ({ revision }) => `r${revision}` },
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'HASH', text: ({ hash }) => hash },
  { title: '', text: ({ outcome }) => outcome },
]

export function addRegister(program: Command, shell: Shell): void {
  withCommonOptions(program.command('register'))
    .argument('[file...]', 'mapping files, or names of mappings; none: all of the project')
    .description('check everything, register schemas, create topics, put the mappings into the registry log')
    .option('--wait', 'until the daemon has put them in force')
    .addOption(timeoutOption(60))
    .action(async (only: string[], options: RegisterOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const project = await wiring.readProject()
        const registered = await registerMappings(project, projectNames(shell, wiring, only), {
          names: wiring.names,
          schemaRegistry: wiring.schemaRegistry,
          topicAdmin: wiring.kafka.topicAdmin,
          openControlLog: wiring.kafka.openControlLog,
          defaultPartitions: wiring.config.settings.partitions,
          keys: wiring.keys(),
          actor: wiring.actor,
          wallMs: () => wiring.clock.wallMs(),
          uuid: wiring.uuid,
        })
        printProblems({ ...shell.streams, out: shell.streams.err }, project, registered.problems)
        if (registered.kind === 'refused') {
          printFailing(shell.streams, registered.fixtures)
          shell.streams.err(`${summary(registered.problems)}; nothing was changed\n`)
          return exitCode.no
        }
        printReading(shell.streams, options.output, {
          kind: 'RegisteredMappings',
          items: registered.mappings,
          columns,
          empty: 'the project has no mappings',
        })
        if (options.wait === true) {
          await waitUntilInForce(registered.mappings, {
            names: wiring.names,
            topicReader: wiring.kafka.topicReader,
            clock: wiring.clock,
            timeoutMs: options.timeout * 1000,
            signal: shell.interrupted,
          })
        }
        return exitCode.done
      })
    })
}

function printFailing({ err }: Streams, fixtures: readonly FixtureRun[]): void {
  const failing = fixtures.filter((run) => !allPassed([run])).map((run) => ({ ...run, verdict: 'failed' as const }))
  if (failing.length > 0) err(failing.map((run) => testText(run, 'off')).join('') + testsSummary(failing))
}
