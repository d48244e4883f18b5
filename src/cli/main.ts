/** The command line: parses, runs one command, sets the exit code. */
import { Command, CommanderError } from 'commander'
import { brand } from '../brand.ts'
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import { ownVersion } from '../wiring.ts'
import { renderError, type Shell } from './command.ts'
import { addInit } from './commands/author/init.ts'
import { addScaffold } from './commands/author/scaffold.ts'
import { addPii } from './commands/author/pii.ts'
import { addAudit } from './commands/operate/audit.ts'
import { addCatalog } from './commands/project/catalog.ts'
import { addCompletion } from './commands/completion.ts'
import { addConfig } from './commands/config.ts'
import { addConnector } from './commands/connector/connector.ts'
import { addContract } from './commands/project/contract.ts'
import { addDeadLetters } from './commands/dead-letters.ts'
import { addDoctor } from './commands/doctor.ts'
import { addExplain } from './commands/explain.ts'
import { addGet } from './commands/get.ts'
import { addMigrate } from './commands/migrate/migrate.ts'
import { addPlan } from './commands/project/plan.ts'
import { addPreview } from './commands/project/preview.ts'
import { addRegister } from './commands/project/register.ts'
import { addRegistry } from './commands/operate/registry.ts'
import { addIncarnation } from './commands/operate/incarnation.ts'
import { addResume } from './commands/operate/resume.ts'
import { addState } from './commands/operate/state.ts'
import { addRun } from './commands/run.ts'
import { addStatus } from './commands/status.ts'
import { addTail } from './commands/tail.ts'
import { addVersion } from './commands/version.ts'
import { addTest } from './commands/project/test.ts'
import { addValidate } from './commands/project/validate.ts'
import { exitCode, exitCodeOf } from './exit-code.ts'

/** In the order of the help text: authoring, running, looking, setting right. */
const commands = [
  addInit,
  addScaffold,
  addValidate,
  addTest,
  addPreview,
  addPlan,
  addRegister,
  addMigrate,
  addContract,
  addCatalog,
  addConnector,
  addDoctor,
  addPii,
  addConfig,
  addExplain,
  addRun,
  addStatus,
  addGet,
  addTail,
  addDeadLetters,
  addAudit,
  addResume,
  addIncarnation,
  addState,
  addRegistry,
  addCompletion,
  addVersion,
]

/** All commands with what they take; `format` is that of mistakes of usage. */
export function buildProgram(shell: Shell, format: string): Command {
  const program = new Command(brand.name)
    .description('row changes of a legacy database become business events on Kafka, exactly once and in order')
    .version(ownVersion())
    .option('--no-color', 'no colour, as with NO_COLOR set')
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: shell.streams.out,
      writeErr: shell.streams.err,
      outputError: (text, write) => write(usageText(text, format)),
    })
  for (const add of commands) add(program, shell)
  return program
}

/** Runs the command of `arguments_` and gives the exit code of the process. */
export async function main(arguments_: readonly string[], shell: Shell): Promise<number> {
  const format = wantedFormat(arguments_)
  try {
    await buildProgram(shell, format).parseAsync([...arguments_], { from: 'user' })
    return shell.exit
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage
    if (!(error instanceof FalseworkError)) throw error
    shell.streams.err(renderError(error, format))
    return exitCodeOf(error.code)
  }
}

/** Read without the parser, which may be what has failed. */
function wantedFormat(arguments_: readonly string[]): string {
  const at = arguments_.findIndex((text) => /^(-o|--output)/.test(text))
  const [, joined] = /^(?:-o|--output)=?(.+)$/.exec(arguments_[at] ?? '') ?? []
  return joined ?? (at < 0 ? 'table' : (arguments_[at + 1] ?? 'table'))
}

/** What commander says of a mistake of usage. */
const usageText = (text: string, format: string): string =>
  format === 'json' || format === 'jsonl'
    ? renderError(new FalseworkError('USAGE', text.trim().replace(/^error: /, '')), format)
    : text
