/** A command on the files of a project, again whenever one of them changes. */
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import { findProjectRoot, watchProject, type Wiring } from '../wiring.ts'
import { runCommand, type Shell } from './command.ts'
import { type ExitCode, exitCode } from './exit-code.ts'

interface WatchOptions {
  readonly output: string
  readonly project?: string
  readonly watch?: true
}

/** What was on the screen is of the files as they were. */
const clearScreen = '\u001b[2J\u001b[3J\u001b[H'

/**
 * Runs a command once, or with `watch` until it is interrupted: each time with the settings as they are then, after a
 * mistake as well.
 */
export async function runWatching(
  shell: Shell,
  options: WatchOptions,
  work: (wiring: Wiring) => Promise<ExitCode>,
): Promise<void> {
  const root = options.watch === true ? rootOf(shell, options) : null
  if (root === null) {
    await runCommand(shell, options, work)
    return
  }
  const { streams, interrupted } = shell
  while (!interrupted.aborted) {
    // Before the files are read: what changes meanwhile is noticed.
    const watch = (shell.watch ?? watchProject)(root)
    try {
      if (streams.progress === 'over') streams.err(clearScreen)
      await runCommand(shell, options, work)
      streams.err('waiting for a change of the files\n')
      await watch.changed(interrupted)
    } finally {
      watch.close()
    }
  }
  shell.exit = exitCode.interrupted
}

/** Null: there is no project, which the command itself says. */
function rootOf(shell: Shell, { project }: WatchOptions): string | null {
  try {
    return findProjectRoot(project ?? shell.workingFolder)
  } catch (error) {
    if (error instanceof FalseworkError) return null
    throw error
  }
}
