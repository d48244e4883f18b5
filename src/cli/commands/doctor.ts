import type { Command } from 'commander'
import { type Diagnosis, examineSource } from '../../app/capture/doctor.ts'
import { validateProject } from '../../app/project/validate-project.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { type Column, printReading } from '../output.ts'
import { connectorName } from './connector.ts'

const columns: readonly Column<Diagnosis>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: '', text: ({ verdict }) => verdict },
  { title: 'CONDITION', text: ({ condition }) => condition },
  { title: 'FOUND', text: ({ found }) => found },
]

export function addDoctor(program: Command, shell: Shell): void {
  withCommonOptions(program.command('doctor'))
    .description('whether connector, raw log and database lose nothing; exit 1 when a condition is violated')
    .action(async (options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const { mappings } = validateProject(await wiring.readProject(), wiring.names)
        const items: Diagnosis[] = []
        for (const source of wiring.config.sources.keys()) {
          const mapped = mappings.flatMap(({ mapping }) => (mapping?.source === source ? [...mapping.tables] : []))
          items.push(
            ...(await examineSource(source, {
              names: wiring.names,
              connector: connectorName(wiring, source),
              fileConfig: await wiring.connectorConfig(source),
              connectorAdmin: wiring.connectorAdmin,
              topicAdmin: wiring.kafka.topicAdmin,
              openInspector: async () => await wiring.openInspector(source),
              mappedTables: [...new Set(mapped)],
            })),
          )
        }
        const bad = items.filter(({ verdict }) => verdict !== 'ok')
        printReading(shell.streams, options.output, {
          kind: 'Diagnoses',
          items,
          columns,
          empty: 'the project has no sources',
          nextSteps: bad.map(({ condition, reason, remedy }) => `${condition}: ${reason}; ${remedy}`),
        })
        if (bad.some(({ verdict }) => verdict === 'violated')) return exitCode.no
        return bad.length > 0 ? exitCode.unreachable : exitCode.done
      })
    })
}
