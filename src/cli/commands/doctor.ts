import { declaredSource } from '../../config/project-config.ts'
import type { Command } from 'commander'
import { type Diagnosis, examineSource } from '../../app/capture/doctor.ts'
import { hasErrors, keptTablesOf, mappedTablesOf, validateProject } from '../../app/project/validate-project.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../command.ts'
import { type ExitCode, exitCode } from '../exit-code.ts'
import { type Column, printReading } from '../output.ts'
import { chosenSources, connectorName } from '../sources.ts'

const words: Readonly<Record<Diagnosis['verdict'], string>> = {
  ok: 'ok',
  violated: 'violated',
  notAsked: 'not asked',
}

const columns: readonly Column<Diagnosis>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: '', text: ({ verdict }) => words[verdict] },
  { title: 'CONDITION', text: ({ condition }) => condition },
  { title: 'FOUND', text: ({ found }) => found },
]

export function addDoctor(program: Command, shell: Shell): void {
  withCommonOptions(program.command('doctor [source...]'))
    .description(
      'whether connector, raw log and database lose nothing; exit 1 when a condition is violated, 3 when one could not be asked',
    )
    .action(async (sources: string[], options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const project = await wiring.readProject()
        const { mappings, catalogs, problems } = validateProject(project, wiring.names)
        const items: Diagnosis[] = []
        for (const source of chosenSources(wiring, sources)) {
          items.push(
            ...(await examineSource(source, {
              names: wiring.names,
              kind: declaredSource(wiring.config, source).kind,
              connector: connectorName(wiring, source),
              fileConfig: await wiring.connectorConfig(source),
              connectorAdmin: wiring.connectorAdmin,
              connectorOffsets: wiring.connectorOffsets,
              topicAdmin: wiring.kafka.topicAdmin,
              openRawLog: wiring.kafka.openRawLog,
              openInspector: async () => await wiring.openInspector(source),
              mappedTables: mappedTablesOf(source, { mappings, catalog: catalogs.get(source) }),
              keptTables: keptTablesOf(project.sources.get(source), catalogs.get(source)),
            })),
          )
        }
        printReading(shell.streams, options.output, {
          kind: 'Diagnoses',
          items: options.output === 'table' ? oncePerCause(items) : items,
          columns,
          empty: 'the project has no sources',
          warnings: hasErrors(problems) ? [incomplete] : [],
          nextSteps: nextSteps(items),
        })
        return exitCodeOfDiagnoses(items)
      })
    })
}

/** Where one cause keeps several conditions of a source from being asked, one line says so of all of them. */
function oncePerCause(items: readonly Diagnosis[]): readonly Diagnosis[] {
  const causes = Map.groupBy(items, ({ source, verdict, found }) =>
    verdict === 'notAsked' ? `${source} ${found}` : null,
  )
  return items.flatMap((item) => {
    const together = item.verdict === 'notAsked' ? (causes.get(`${item.source} ${item.found}`) ?? []) : [item]
    if (together[0] !== item) return []
    const others = together.length - 1
    return [others === 0 ? item : { ...item, condition: `${item.condition} and ${others} more` }]
  })
}

const incomplete =
  'the project has errors: tables of mappings that cannot be read were not looked at; run `falsework validate`'

/** A violation stands above all; what could not be asked is not healthy either. */
function exitCodeOfDiagnoses(items: readonly Diagnosis[]): ExitCode {
  const verdicts = new Set(items.map(({ verdict }) => verdict))
  if (verdicts.has('violated')) return exitCode.no
  return verdicts.has('notAsked') ? exitCode.unreachable : exitCode.done
}

function nextSteps(items: readonly Diagnosis[]): readonly string[] {
  const violated = items.filter(({ verdict }) => verdict === 'violated')
  const unanswered = new Set(items.filter(({ verdict }) => verdict === 'notAsked').map(({ found }) => found))
  return [
    ...violated.map(({ condition, why, remedy }) => `${condition}: ${why}; ${remedy}`),
    ...[...unanswered].map((reason) => `could not be asked: ${reason}`),
  ]
}
