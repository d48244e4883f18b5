import type { Command } from 'commander'
import { retireContract, type Retirement } from '../../../app/project/contracts/retire-contract.ts'
import type { Publisher } from '../../../app/project/contracts/version-uses.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printableLines, printReading } from '../../output.ts'
import { readerText } from '../../readings/plan/plan-reading.ts'
import { count, printProblems, summary } from '../../readings/problems.ts'

export function addContractRetire(contract: Command, shell: Shell): void {
  withCommonOptions(contract.command('retire'))
    .argument('<version>', 'of an event, as OrderPlaced.v1')
    .description(
      'what depends on a version, and what can be removed when nothing does; removes nothing; exit 1 when something does',
    )
    .action(async (version: string, options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const { streams } = shell
        const { kafka, names, schemaRegistry, clock } = wiring
        const project = await wiring.readProject()
        const parts = { ...kafka, names, schemaRegistry, wallMs: () => clock.wallMs() }
        const retired = await retireContract(project, version, parts)
        if (retired.kind === 'mistaken') {
          printProblems({ ...streams, out: streams.err }, project, retired.problems)
          streams.err(`${summary(retired.problems)}; what has mistakes may publish it\n`)
          return exitCode.no
        }
        const { retirement } = retired
        const { warnings, ...item } = retirement
        if (options.output === 'table') streams.out(retirementText(retirement))
        else
          printReading(streams, options.output, { kind: 'Retirement', items: [item], columns: [], empty: '', warnings })
        streams.err(retirementSummary(retirement))
        return retirement.obstacles.length > 0 ? exitCode.no : exitCode.done
      })
    })
}

function retirementText({
  event,
  publishers,
  readers,
  sunset,
  daysLeft,
  obstacles,
  warnings,
  removable,
}: Retirement): string {
  const end = sunset === null ? 'no end was told' : `until ${sunset}, ${count(daysLeft ?? 0, 'day')} left`
  const lines = [
    `${event}  ${end}`,
    ...publishers.map((publisher) => `    published by ${publisherText(publisher)}`),
    ...readers.map((reader) => `    ${reader.topic} is read by ${readerText(reader)}`),
    ...warnings.map((warning) => `  ! ${warning}`),
    ...obstacles.map((obstacle) => `  - ${obstacle}`),
    ...removable.map((what) => `  can be removed: ${what}`),
  ]
  return printableLines(lines.map((line) => `${line}\n`).join(''))
}

const publisherText = (publisher: Publisher): string =>
  `${publisher.mapping} (${publisher.in === 'file' ? publisher.file : `r${publisher.revision}, in force`})`

const retirementSummary = ({ event, obstacles }: Retirement): string =>
  obstacles.length > 0
    ? `${event} cannot be retired yet: ${count(obstacles.length, 'obstacle')}\n`
    : `${event} can be retired: nothing was removed\n`
