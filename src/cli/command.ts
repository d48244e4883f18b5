/** What every command has in common: the project, the wiring, output, errors and exit codes. */
import { type Command, Option } from 'commander'
import { brand } from '../brand.ts'
import { remedyOf } from '../core/diagnostics/error-codes.ts'
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import { type Environment, findProjectRoot, type watchProject, wire, type Wiring } from '../wiring.ts'
import { type ExitCode, exitCode, exitCodeOf } from './exit-code.ts'
import { type OutputFormat, outputFormats, printableLines, type Streams, toJson } from './output.ts'

export interface Shell {
  readonly streams: Streams
  readonly environment: Environment
  readonly workingFolder: string
  /** Aborted by SIGINT and SIGTERM. */
  readonly interrupted: AbortSignal
  /** Asks a person whether to go on; absent: stdin is no terminal. */
  readonly confirm?: (question: string) => Promise<boolean>
  /** What puts adapters behind the ports, if it is not `wire`. */
  readonly wire?: typeof wire
  /** What notices changes of files, if it is not `watchProject`. */
  readonly watch?: typeof watchProject
  /** Set by the command that ran. */
  exit: ExitCode
}

export interface CommandOptions {
  readonly output: OutputFormat
  readonly project?: string
}

/** Of a command that may have forms of output of its own. */
interface RunOptions extends Omit<CommandOptions, 'output'> {
  readonly output: string
}

export const withOutputOption = (command: Command): Command =>
  command.addOption(new Option('-o, --output <format>', 'how to print').choices([...outputFormats]).default('table'))

export const withProjectOption = (command: Command): Command =>
  command.option('--project <folder>', `the folder with ${brand.projectFile}, or one below it`)

/** Adds the options that every command has that works on a project. */
export const withCommonOptions = (command: Command): Command => withProjectOption(withOutputOption(command))

/**
 * Runs a command with the wiring of the project. Expected errors are printed with code, cause and remedy, and give
 * the exit code; everything else is a defect and shows its stack.
 */
export async function runCommand(
  shell: Shell,
  options: RunOptions,
  work: (wiring: Wiring) => Promise<ExitCode>,
): Promise<void> {
  let wiring: Wiring | null = null
  try {
    const root = findProjectRoot(options.project ?? shell.workingFolder)
    wiring = (shell.wire ?? wire)({ root, environment: shell.environment, logLevel: 'warn' })
    shell.exit = await work(wiring)
  } catch (error) {
    if (!(error instanceof FalseworkError)) throw error
    shell.streams.err(renderError(error, options.output))
    shell.exit = exitCodeOf(error.code)
  } finally {
    await wiring?.close()
  }
  if (shell.interrupted.aborted && shell.exit === exitCode.done) shell.exit = exitCode.interrupted
}

/** For a program that asked for JSON an envelope, as its answer would have been; for people code, cause and remedy. */
export function renderError({ code, message }: FalseworkError, format: string): string {
  const remedy = remedyOf(code)
  if (format === 'json' || format === 'jsonl') {
    const envelope = { apiVersion: brand.apiVersion, kind: 'Error', code, message, remedy }
    return `${toJson(envelope, format === 'json' ? 2 : undefined)}\n`
  }
  return `error ${code}: ${printableLines(message)}\n${remedy === '' ? '' : `  ${remedy}\n`}`
}
