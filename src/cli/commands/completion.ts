import { Argument, type Command } from 'commander'
import { stemOf } from '../../app/project/project-texts.ts'
import { brand } from '../../brand.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { contractFileName } from '../../core/event/contract/parse-contract.ts'
import { findProjectRoot, wire } from '../../wiring.ts'
import { candidates, type ProjectNames } from '../completion/candidates.ts'
import { type ShellName, shells, shellScripts } from '../completion/shell-scripts.ts'
import type { Shell } from '../command.ts'

export function addCompletion(program: Command, shell: Shell): void {
  const completion = program
    .command('completion')
    .description('what a shell needs to complete commands, options and the names of the project')
    .addArgument(new Argument('<shell>', `as in: source <(${brand.name} completion bash)`).choices([...shells]))
    .action((name: ShellName) => {
      shell.streams.out(shellScripts[name])
    })
  completion
    .command('words', { hidden: true })
    .argument('[word...]')
    .action(async (words: string[]) => {
      const found = await candidates(program, words, async () => await namesOf(shell))
      shell.streams.out(found.map((one) => `${one}\n`).join(''))
    })
}

/** Where there is no project, or none that can be read, there is nothing to complete. */
async function namesOf(shell: Shell): Promise<ProjectNames> {
  try {
    const root = findProjectRoot(shell.workingFolder)
    const wiring = (shell.wire ?? wire)({ root, environment: shell.environment, logLevel: 'warn' })
    const { texts } = await wiring.readProject()
    await wiring.close()
    return {
      file: texts.mappings.map(({ path }) => stemOf(path)),
      source: [...wiring.config.sources.keys()],
      event: texts.contracts.flatMap(({ path }) => {
        const name = contractFileName(path)
        return name === null ? [] : [`${name.event}.v${name.version}`]
      }),
    }
  } catch (error) {
    if (error instanceof FalseworkError) return {}
    throw error
  }
}
