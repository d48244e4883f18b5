import { type Command, Option } from 'commander'
import { planFileText } from '../../../app/project/plan/plan-file.ts'
import { isPending, type Plan, planMappings, type PlanParts } from '../../../app/project/plan/plan-mappings.ts'
import type { Refused } from '../../../app/project/plan/ready-project.ts'
import { neverTogether } from '../../../app/project/preview/never-together.ts'
import type { Project } from '../../../app/project/project-texts.ts'
import { allPassed } from '../../../app/project/test-project.ts'
import { type RegisteredStage, registeredStages } from '../../../core/registry/control-record.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading, type Streams } from '../../output.ts'
import { planSummary, planText, waitingWarnings } from '../../readings/plan/plan-reading.ts'
import { printProblems, summary } from '../../readings/problems.ts'
import { testsSummary, testText } from '../../readings/test-reading.ts'
import { previewParts } from './preview.ts'
import { projectNames, projectPath } from './project-files.ts'

export const stageOption = (): Option =>
  new Option('--stage <stage>', 'what new mappings are registered into').choices(registeredStages)

interface PlanOptions extends CommandOptions {
  readonly stage?: RegisteredStage
  readonly out?: string
  readonly detailedExitcode?: boolean
}

export function addPlan(program: Command, shell: Shell): void {
  withCommonOptions(program.command('plan'))
    .argument('[file...]', 'mapping files, or names of mappings; none: all of the project')
    .description(
      'what registering would change: revisions, topics, schemas field by field, and who reads them; changes nothing',
    )
    .addOption(stageOption())
    .option('--out <file>', 'write the plan to a file of the project, for `register --plan`')
    .option('--detailed-exitcode', 'exit 2 when changes are pending')
    .action(async (only: string[], options: PlanOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const project = await wiring.readProject()
        const named = projectNames(shell, wiring, only)
        const planned = await planMappings(project, named, {
          ...planParts(wiring),
          ...(options.stage !== undefined && { stage: options.stage }),
        })
        printProblems({ ...shell.streams, out: shell.streams.err }, project, planned.problems)
        if (planned.kind === 'refused') return sayRefused(shell.streams, planned)
        await sayAdvice(shell, wiring, { project, named })
        const { plan } = planned
        printPlan(shell, options, plan)
        if (options.out !== undefined) {
          await wiring.writeFile(projectPath(shell, wiring, options.out), planFileText(plan))
        }
        return options.detailedExitcode === true && isPending(plan) ? exitCode.pending : exitCode.done
      })
    })
}

/** What the last changes of the sources say against the mappings; it keeps nobody from registering them. */
export async function sayAdvice(
  shell: Shell,
  wiring: Wiring,
  { project, named }: { readonly project: Project; readonly named: readonly string[] },
): Promise<void> {
  const advice = await neverTogether(project, named, previewParts(wiring, shell.interrupted))
  printProblems({ ...shell.streams, out: shell.streams.err }, project, advice)
}

/** What a plan, and a registration, need of the project. */
export const planParts = (wiring: Wiring): PlanParts => ({
  names: wiring.names,
  schemaRegistry: wiring.schemaRegistry,
  topicAdmin: wiring.kafka.topicAdmin,
  consumerGroups: wiring.kafka.consumerGroups,
  openControlLog: wiring.kafka.openControlLog,
  openRawLog: wiring.kafka.openRawLog,
  topicReader: wiring.kafka.topicReader,
  defaultPartitions: wiring.config.settings.partitions,
  keys: wiring.keys(),
})

function printPlan({ streams }: Shell, { output }: PlanOptions, plan: Plan): void {
  const nextSteps = isPending(plan) ? ['falsework register'] : []
  if (output === 'table') streams.out(planText(plan))
  else {
    const warnings = plan.mappings.flatMap(waitingWarnings)
    printReading(streams, output, { kind: 'Plan', items: plan.mappings, columns: [], empty: '', warnings, nextSteps })
  }
  streams.err(`${planSummary(plan)}\n`)
}

/** Mistakes are printed already; the fixtures that do not hold are printed here. */
export function sayRefused({ err }: Streams, { fixtures, problems }: Refused): typeof exitCode.no {
  const failing = fixtures.filter((run) => !allPassed([run])).map((run) => ({ ...run, verdict: 'failed' as const }))
  if (failing.length > 0) err(failing.map((run) => testText(run, 'off')).join('') + testsSummary(failing))
  err(`${summary(problems)}; nothing was changed\n`)
  return exitCode.no
}
