/** What takes a bridge down, as `falsework migrate retire` shows it. */
import type { PlannedRetirement, ReadTopic, RetirementPlan } from '../../app/migrate/retire/plan-retirement.ts'
import type { Retired } from '../../app/migrate/retire/retire.ts'
import type { Remainder } from '../../core/migration/retire/remains.ts'
import type { RetirementStep } from '../../core/migration/retire/retirement-steps.ts'
import { scopeText } from '../../core/migration/stage.ts'
import type { Waiver } from '../../core/migration/stage-word.ts'
import { type Column, type OutputFormat, printableLines, printReading, renderTable, type Streams } from '../output.ts'
import { gateColumns } from './gate-columns.ts'

export interface ShownRetirement extends Retired {
  readonly waivers: readonly Waiver[]
  readonly brokers: readonly string[]
}

export function printRetirement(streams: Streams, format: OutputFormat, shown: ShownRetirement): void {
  const { plan, kind } = shown
  const { source, steps, topics, remains, mappings } = plan
  const item = { source, outcome: kind, mappings: mappings.map(mappingItem), steps, topics, remains }
  const said = { warnings: kind === 'refused' ? [] : warningsOf(plan), nextSteps: nextSteps(shown) }
  if (format !== 'table') {
    printReading(streams, format, { kind: 'MigrationRetirement', items: [item], columns: [], empty: '', ...said })
    return
  }
  const waived = new Set(shown.waivers.map(({ gate }) => gate))
  for (const one of mappings) printGates(streams, one, waived)
  if (kind !== 'refused') streams.out(planText(plan))
  printReading(streams, format, {
    kind: 'MigrationRetirement',
    items: [],
    columns: [],
    empty: outcomeText(shown),
    ...said,
  })
}

const mappingItem = ({ mapping, due, evidence, gates }: PlannedRetirement) => ({
  mapping,
  scopes: due.map(({ scope }) => scopeText(scope)),
  evidence,
  gates,
})

function printGates(streams: Streams, { evidence, gates }: PlannedRetirement, waived: ReadonlySet<string>): void {
  if (evidence.length === 0) return
  const failed = new Set(gates.kind === 'closed' ? gates.failed.map(({ gate }) => gate) : [])
  streams.out(renderTable(gateColumns(streams, new Set([...waived].filter((gate) => !failed.has(gate)))), evidence))
}

const topicColumns: readonly Column<ReadTopic>[] = [
  { title: 'TOPIC', text: ({ topic }) => topic },
  { title: 'FATE', text: ({ fate }) => fate },
  { title: 'READ BY', text: ({ readers }) => readers.join(' ') || '-' },
  { title: 'WHAT', text: ({ why }) => why },
]

const remainderColumns: readonly Column<Remainder>[] = [
  { title: 'STAYS', text: ({ what }) => what },
  { title: 'WHY', text: ({ why }) => why },
]

const planText = ({ steps, topics, remains }: RetirementPlan): string =>
  [
    printableLines(steps.map(stepText).join('')),
    renderTable(topicColumns, topics),
    renderTable(remainderColumns, remains),
  ].join('\n')

function stepText(step: RetirementStep, index: number): string {
  const lines =
    'statements' in step ? step.statements.map(({ sql }) => `${sql};`) : 'request' in step ? [step.request] : []
  const shown = lines.flatMap((text) => text.split('\n')).map((line) => `     ${line}\n`)
  return `${String(index + 1).padStart(2)}. ${step.what}\n${shown.join('')}`
}

const namesOf = ({ mappings }: RetirementPlan): string => mappings.map(({ mapping }) => mapping).join(' ')

function outcomeText({ plan, kind }: ShownRetirement): string {
  if (kind === 'retired') return `retired: ${namesOf(plan)}`
  if (kind === 'planned') return 'nothing was done'
  const closed = plan.mappings.flatMap(({ mapping, gates }) =>
    gates.kind === 'closed' ? [`${mapping} (${gates.failed.map(({ gate }) => gate).join(', ')})`] : [],
  )
  return `not retired: ${closed.join('; ')}; nothing was done`
}

const warningsOf = ({ opened, topics }: RetirementPlan): readonly string[] => [
  `nothing of falsework keeps the legacy system from writing to ${opened.join(', ')} any more: take its right to write there away`,
  ...topics
    .filter(({ readers }) => readers.length > 0)
    .map(
      ({ topic, readers }) =>
        `${topic} is read by ${readers.join(', ')}: it is not to be deleted before they are stopped`,
    ),
]

function nextSteps({ plan, kind, brokers, waivers }: ShownRetirement): readonly string[] {
  if (kind === 'planned') return [`falsework migrate retire ${namesOf(plan)}${waiverWords(waivers)} --apply`]
  if (kind === 'refused') return plan.mappings.flatMap(({ gates }) => (gates.kind === 'open' ? [] : [remedyOf(gates)]))
  const gone = plan.topics.filter(({ fate }) => fate === 'delete').map(({ topic }) => topic)
  return gone.map((topic) => `kafka-topics.sh --bootstrap-server ${brokers.join(',')} --delete --topic ${topic}`)
}

/** As they were given: what is waived when it is shown must be waived when it is done. */
function waiverWords(waivers: readonly Waiver[]): string {
  const [first] = waivers
  if (first === undefined) return ''
  return [...waivers.map(({ gate }) => ` --waive ${inShell(gate)}`), ` --reason ${inShell(first.reason)}`].join('')
}

const inShell = (text: string): string =>
  /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

function remedyOf({ failed, waivable }: Extract<PlannedRetirement['gates'], { kind: 'closed' }>): string {
  if (waivable) {
    return `--waive '${failed[0]?.gate ?? ''}' --reason "…" goes on all the same, and is kept for ever`
  }
  return 'nobody can waive scopes that are not native, what waits, or what is undecided: falsework migrate status, falsework dead-letters list'
}
