/** The command line: parses, runs one command, sets the exit code. */
import { Command, CommanderError } from 'commander'
import { brand } from '../brand.ts'
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import { ownVersion } from '../wiring.ts'
import { renderError, type Shell } from './command.ts'
import { addAudit } from './commands/operate/audit.ts'
import { addCatalog } from './commands/project/catalog.ts'
import { addConfig } from './commands/config.ts'
import { addConnector } from './commands/connector/connector.ts'
import { addDeadLetters } from './commands/dead-letters.ts'
import { addDoctor } from './commands/doctor.ts'
import { addExplain } from './commands/explain.ts'
import { addGet } from './commands/get.ts'
import { addRegister } from './commands/project/register.ts'
import { addRegistry } from './commands/operate/registry.ts'
import { addResume } from './commands/operate/resume.ts'
import { addState } from './commands/operate/state.ts'
import { addRun } from './commands/run.ts'
import { addStatus } from './commands/status.ts'
import { addTail } from './commands/tail.ts'
import { addTest } from './commands/project/test.ts'
import { addValidate } from './commands/project/validate.ts'
import { exitCode, exitCodeOf } from './exit-code.ts'

/** In the order of the help text: authoring, running, looking, setting right. */
const commands = [
  addValidate,
  addTest,
  addRegister,
  addCatalog,
  addConnector,
  addDoctor,
  addConfig,
  addExplain,
  addRun,
  addStatus,
  addGet,
  addTail,
  addDeadLetters,
  addAudit,
  addResume,
  addState,
  addRegistry,
]

export function buildProgram(shell: Shell): Command {
  const program = new Command(brand.name)
    .description('row changes of a legacy database become business events on Kafka, exactly once and in order')
    .version(ownVersion())
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeOut: shell.streams.out, writeErr: shell.streams.err })
  for (const add of commands) add(program, shell)
  return program
}

/** Runs the command of `arguments_` and gives the exit code of the process. */
export async function main(arguments_: readonly string[], shell: Shell): Promise<number> {
  try {
    await buildProgram(shell).parseAsync([...arguments_], { from: 'user' })
    return shell.exit
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage
    if (!(error instanceof FalseworkError)) throw error
    shell.streams.err(renderError(error))
    return exitCodeOf(error.code)
  }
}
