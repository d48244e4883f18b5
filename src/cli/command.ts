/** What every command has in common: the project, the wiring, output, errors and exit codes. */
import { type Command, Option } from 'commander'
import { brand } from '../brand.ts'
import { remedyOf } from '../core/diagnostics/error-codes.ts'
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import { type Environment, findProjectRoot, wire, type Wiring } from '../wiring.ts'
import { type ExitCode, exitCode, exitCodeOf } from './exit-code.ts'
import { type OutputFormat, outputFormats, printableLines, type Streams } from './output.ts'

export interface Shell {
  readonly streams: Streams
  readonly environment: Environment
  readonly workingFolder: string
  /** Aborted by SIGINT and SIGTERM. */
  readonly interrupted: AbortSignal
  /** What puts adapters behind the ports, if it is not `wire`. */
  readonly wire?: typeof wire
  /** Set by the command that ran. */
  exit: ExitCode
}

export interface CommandOptions {
  readonly output: OutputFormat
  readonly project?: string
}

export const withOutputOption = (command: Command): Command =>
  command.addOption(new Option('-o, --output <format>', 'how to print').choices([...outputFormats]).default('table'))

/** Adds the options that every command has that works on a project. */
export function withCommonOptions(command: Command): Command {
  return withOutputOption(command).option('--project <folder>', `the folder with ${brand.projectFile}, or one below it`)
}

/**
 * Runs a command with the wiring of the project. Expected errors are printed with code, cause and remedy, and give
 * the exit code; everything else is a defect and shows its stack.
 */
export async function runCommand(
  shell: Shell,
  options: CommandOptions,
  work: (wiring: Wiring) => Promise<ExitCode>,
): Promise<void> {
  let wiring: Wiring | null = null
  try {
    const root = findProjectRoot(options.project ?? shell.workingFolder)
    wiring = (shell.wire ?? wire)({ root, environment: shell.environment, logLevel: 'warn' })
    shell.exit = await work(wiring)
  } catch (error) {
    if (!(error instanceof FalseworkError)) throw error
    shell.streams.err(renderError(error))
    shell.exit = exitCodeOf(error.code)
  } finally {
    await wiring?.close()
  }
  if (shell.interrupted.aborted && shell.exit === exitCode.done) shell.exit = exitCode.interrupted
}

export function renderError(error: FalseworkError): string {
  const remedy = remedyOf(error.code)
  return `error ${error.code}: ${printableLines(error.message)}\n${remedy === '' ? '' : `  ${remedy}\n`}`
}
