import type { Command } from 'commander'
import { expectReviewed, parsePlanFile, type ReviewedPlan } from '../../../app/project/plan/plan-file.ts'
import { isPending, planMappings } from '../../../app/project/plan/plan-mappings.ts'
import type { Refused } from '../../../app/project/plan/ready-project.ts'
import type { Project } from '../../../app/project/project-texts.ts'
import { type RegisteredOne, registerMappings } from '../../../app/project/register-mappings.ts'
import { waitUntilInForce } from '../../../app/project/wait-until-in-force.ts'
import type { RegisteredStage } from '../../../core/registry/control-record.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { type Column, printReading } from '../../output.ts'
import { timeoutOption } from '../../whole-number.ts'
import { planSummary, planText, waitingWarnings } from '../../readings/plan/plan-reading.ts'
import { printProblems } from '../../readings/problems.ts'
import { planParts, sayAdvice, sayRefused, stageOption } from './plan.ts'
import { projectNames, projectPath } from './project-files.ts'

interface RegisterOptions extends CommandOptions {
  readonly stage?: RegisteredStage
  readonly plan?: string
  readonly yes?: boolean
  readonly wait?: boolean
  readonly timeout: number
}

const columns: readonly Column<RegisteredOne>[] = [
  { title: 'MAPPING', text: ({ mapping }) => mapping },
  { title: 'REVISION', text: ({ revision }) => `r${revision}` },
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'HASH', text: ({ hash }) => hash },
  { title: '', text: ({ outcome }) => outcome },
]

export function addRegister(program: Command, shell: Shell): void {
  withCommonOptions(program.command('register'))
    .argument('[file...]', 'mapping files, or names of mappings; none: all of the project')
    .description('check everything, register schemas, create topics, put the mappings into the registry log')
    .option('--plan <file>', 'do what this plan says, of the files that it was made of, or nothing')
    .addOption(stageOption().conflicts('plan'))
    .option('--yes', 'do not ask, which is done on a terminal only')
    .option('--wait', 'until the daemon has put them in force')
    .addOption(timeoutOption(60))
    .action(async (only: string[], options: RegisterOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const project = await wiring.readProject()
        const decided = await decide(shell, wiring, { project, only, options })
        const registered =
          decided.kind === 'go'
            ? await registerMappings(project, decided.only, { ...registerParts(wiring), ...decided.on })
            : decided
        if (registered.kind === 'declined') {
          shell.streams.err('nothing was changed\n')
          return exitCode.no
        }
        printProblems({ ...shell.streams, out: shell.streams.err }, project, registered.problems)
        if (registered.kind === 'refused') return sayRefused(shell.streams, registered)
        printReading(shell.streams, options.output, {
          kind: 'RegisteredMappings',
          items: registered.mappings,
          columns,
          empty: 'the project has no mappings',
          warnings: registered.mappings.flatMap(waitingWarnings),
        })
        if (options.wait === true) {
          await waitUntilInForce(registered.mappings, {
            names: wiring.names,
            topicReader: wiring.kafka.topicReader,
            clock: wiring.clock,
            timeoutMs: options.timeout * 1000,
            signal: shell.interrupted,
          })
        }
        return exitCode.done
      })
    })
}

const registerParts = (wiring: Wiring) => ({
  ...planParts(wiring),
  actor: wiring.actor,
  wallMs: () => wiring.clock.wallMs(),
  uuid: wiring.uuid,
})

/** `on`: the state of the registry log that a plan was made on; what is registered behind it by anybody else wins. */
type Decided =
  | {
      readonly kind: 'go'
      readonly only: readonly string[]
      readonly on: { readonly basedOn?: number; readonly stage?: RegisteredStage }
    }
  | { readonly kind: 'declined' }
  | Refused

interface Deciding {
  readonly project: Project
  readonly only: readonly string[]
  readonly options: RegisterOptions
}

/** A script has decided by calling; a person is shown the plan, unless it was reviewed or `--yes` is given. */
async function decide(shell: Shell, wiring: Wiring, { project, only, options }: Deciding): Promise<Decided> {
  const reviewed = options.plan === undefined ? null : await readPlan(shell, wiring, { file: options.plan, only })
  const ask = reviewed === null && options.yes !== true ? shell.confirm : undefined
  const names = reviewed?.only ?? projectNames(shell, wiring, only)
  const stage = options.stage ?? reviewed?.into ?? null
  const into = stage === null ? {} : { stage }
  if (reviewed === null) await sayAdvice(shell, wiring, { project, named: names })
  if (reviewed === null && ask === undefined) return { kind: 'go', only: names, on: into }
  const planned = await planMappings(project, names, { ...planParts(wiring), ...into })
  if (planned.kind === 'refused') return planned
  const { plan, end } = planned
  if (reviewed !== null) expectReviewed(reviewed, plan)
  if (ask !== undefined && isPending(plan)) {
    shell.streams.err(`${planText(plan)}${planSummary(plan)}\n`)
    if (!(await ask('Register this?'))) return { kind: 'declined' }
  }
  return { kind: 'go', only: names, on: { basedOn: end, ...into } }
}

async function readPlan(
  shell: Shell,
  wiring: Wiring,
  { file, only }: { readonly file: string; readonly only: readonly string[] },
): Promise<ReviewedPlan> {
  if (only.length > 0) throw new FalseworkError('USAGE', '--plan says which mappings are registered: name no files')
  const path = projectPath(shell, wiring, file)
  const text = await wiring.readFile(path)
  if (text === null) throw new FalseworkError('PROJECT_FILE', `there is no file ${path}`)
  return parsePlanFile({ text, file: path })
}
