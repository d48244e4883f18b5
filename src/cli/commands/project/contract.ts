import type { Command } from 'commander'
import { checkContracts } from '../../../app/project/contracts/check-contracts.ts'
import type { PlannedSchema } from '../../../app/project/plan/planned-schema.ts'
import { hasErrors } from '../../../app/project/validate-project.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { type Column, printReading } from '../../output.ts'
import { fieldsText } from '../../readings/plan/plan-reading.ts'
import { printProblems, summary } from '../../readings/problems.ts'
import { addContractDocs } from './contract-docs.ts'
import { addContractRetire } from './contract-retire.ts'

const columns: readonly Column<PlannedSchema>[] = [
  { title: 'EVENT', text: ({ event }) => event },
  { title: 'SUBJECT', text: ({ subject }) => subject },
  { title: '', text: ({ change }) => change },
  { title: 'FIELDS', text: (schema) => (schema.change === 'changed' ? fieldsText(schema) : '') },
]

export function addContract(program: Command, shell: Shell): void {
  const contract = program.command('contract').description('what consumers can rely on')
  withCommonOptions(contract.command('check'))
    .description(
      'contracts against all versions that the schema registry has released; exit 1 when one breaks a promise',
    )
    .action(async (options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const { streams } = shell
        const project = await wiring.readProject()
        const { schemas, problems, unpublished } = await checkContracts(project, wiring)
        if (options.output === 'table') printProblems({ ...streams, out: streams.err }, project, problems)
        printReading(streams, options.output, {
          kind: 'Contracts',
          items: schemas,
          columns,
          empty: 'no mapping publishes an event',
          warnings: unpublished.map((name) => `${name} is published by no mapping, and was not compared`),
          problems,
        })
        if (!hasErrors(problems)) return exitCode.done
        streams.err(`${summary(problems)}\n`)
        return exitCode.no
      })
    })
  addContractDocs(contract, shell)
  addContractRetire(contract, shell)
}
