/** What the commands on a project's files have in common: which files, and the form for GitHub. */
import { relative, resolve, sep } from 'node:path'
import { type Command, Option } from 'commander'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, type Shell, withProjectOption } from '../../command.ts'
import { type OutputFormat, outputFormats } from '../../output.ts'

export interface FileOptions extends Pick<CommandOptions, 'project'> {
  readonly output: OutputFormat | 'github'
  readonly watch?: true
}

export const withFileOptions = (command: Command): Command =>
  withProjectOption(
    command
      .argument('[file...]', 'files of the project, or names of mappings; none: all')
      .addOption(
        new Option('-o, --output <format>', 'how to print; github: as annotations of a workflow')
          .choices([...outputFormats, 'github'])
          .default('table'),
      )
      .option('--watch', 'again whenever a file of the project changes, until it is interrupted'),
  )

/** The path of a file as it stands in the project, from how a person has written it in the working folder. */
export const projectPath = ({ workingFolder }: Shell, { root }: Wiring, path: string): string =>
  relative(root, resolve(workingFolder, path)).replaceAll(sep, '/')

/** Paths as they stand in the project; what does not look like a path is a name. */
export const projectNames = (shell: Shell, wiring: Wiring, only: readonly string[]): string[] =>
  only.map((text) => (/[/\\]|\.(yaml|avsc|json)$/.test(text) ? projectPath(shell, wiring, text) : text))
