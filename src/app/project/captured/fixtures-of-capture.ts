/** Fixtures from records of a raw log: a case for each kind of transaction, with what the mapping makes of it. */
import { dialects } from '../../../core/capture/positions/dialects.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import {
  capturedCase,
  type CapturedTransaction,
  type CaseWriting,
} from '../../../core/mapping/fixtures/captured/captured-case.ts'
import type { CompiledMapping } from '../../../core/mapping/compiled-mapping.ts'
import { Masks } from '../../../core/mapping/fixtures/captured/masked-cells.ts'
import { NotedRows } from '../../../core/mapping/fixtures/captured/noted-rows.ts'
import { type FixtureSubject, runFixtures } from '../../../core/mapping/fixtures/run-fixtures.ts'
import { updateFixtures } from '../../../core/mapping/fixtures/update/update-fixtures.ts'
import { type Outcome, translate } from '../../../core/mapping/run/translate.ts'
import { yamlName } from '../../../core/shape/yaml/yaml-text.ts'
import type { SourceTransaction } from '../../../core/transaction/source-transaction.ts'
import { ValueError } from '../../../core/values/value-error.ts'
import type { RawLog } from '../../../ports/kafka/raw-log.ts'
import { readTransactions } from '../preview/log-transactions.ts'
import { planChanges, rowsOfLog, soundMapping } from '../preview/mapping-on-log.ts'
import type { Project } from '../project-texts.ts'
import { fixtureSubjects } from '../test-project.ts'
import type { CheckedProject } from '../validate-project.ts'

export interface CapturedFixtures {
  readonly mapping: string
  /** The whole file; null: no transaction of the capture gives a case. */
  readonly text: string | null
  /** Transactions that change rows of the mapping's tables. */
  readonly transactions: number
  readonly cases: number
  /** Transactions of a kind that no case shows, since the capture does not tell enough of their rows. */
  readonly leftOut: number
}

interface CaptureParts {
  readonly log: RawLog
  readonly ended: AbortSignal
}

/** Raises `UNKNOWN_NAME`, `INVALID_PROJECT` where the mapping has a mistake, and what halts a source. */
export async function fixturesOfCapture(
  { project, checked }: { readonly project: Project; readonly checked: CheckedProject },
  name: string,
  { log, ended }: CaptureParts,
): Promise<CapturedFixtures> {
  const { mapping, surroundings } = soundMapping(checked, name)
  const { settings, catalog } = surroundings
  if (settings.format === 'avro') {
    throw new FalseworkError(
      'CAPTURE_FILE',
      `the raw log of ${mapping.source} is Avro, which stands in no file of texts`,
    )
  }
  const plan = planChanges(mapping)
  const rows = rowsOfLog(mapping.source, { project, checked })
  rows.findBy(plan.indexes.values())
  const writing: CaseWriting = { mapping, settings, reads: mapping.reads, masks: new Masks() }
  const subjects = fixtureSubjects(checked)
  const kinds = new Map<string, string | null>()
  let transactions = 0
  const { first, end } = await log.range()
  const read = { tables: catalog.tables, format: settings.format, dialect: dialects[catalog.kind] }
  await readTransactions(log, { from: first, end, read, rows, ended }, (transaction) => {
    if (!transaction.changes.some(({ table }) => mapping.tables.has(table))) return
    transactions += 1
    const noted = new NotedRows(rows)
    const outcomes = translate(transaction, plan, noted)
    const kind = kindOf(transaction, outcomes, mapping.tables)
    if ((kinds.get(kind) ?? null) !== null) return
    const captured = { transaction, found: noted.found }
    kinds.set(kind, outcomes.some(isUnknown) ? null : soundCase(writing, captured, subjects))
  })
  const cases = [...kinds.values()].filter((one) => one !== null)
  const text = cases.length === 0 ? null : `${headOf(mapping.name)}${cases.join('\n')}`
  return { mapping: mapping.name, text, transactions, cases: cases.length, leftOut: kinds.size - cases.length }
}

const headOf = (mapping: string): string =>
  `# From a capture of the raw log, a case for each kind of transaction; personal data is masked.
mapping: ${yamlName(mapping)}
tests:
`

/** Transactions of one kind change rows of the same tables in the same way, and the same comes of them. */
function kindOf(
  { changes }: SourceTransaction,
  outcomes: readonly Outcome[],
  tables: CompiledMapping['tables'],
): string {
  const rows = changes.filter(({ table }) => tables.has(table)).map(({ table, op }) => `${op} ${table}`)
  return [...new Set(rows), '', ...new Set(outcomes.map(outcomeKind))].join('\n')
}

/** Of a row that the capture does not tell, or not whole. */
const isUnknown = (outcome: Outcome): boolean => outcome.kind === 'failed' && outcome.input.errorClass === 'unavailable'

function outcomeKind(outcome: Outcome): string {
  if (outcome.kind === 'failed') return `${outcome.input.errorClass} at ${outcome.input.failure.at}`
  if (outcome.kind === 'tombstone') return outcome.tombstone.topic
  return `${outcome.event.publication.event}.v${outcome.event.publication.version}`
}

/** The lines of the case with its expectations; null where the capture does not tell what it takes for one that holds. */
function soundCase(
  writing: CaseWriting,
  captured: CapturedTransaction,
  subjects: ReadonlyMap<string, FixtureSubject>,
): string | null {
  const head = headOf(writing.mapping.name)
  const given = givenCase(writing, captured)
  if (given === null) return null
  const { text } = updateFixtures({ text: head + given, file: '' }, subjects)
  const { cases, problems } = runFixtures({ text, file: '' }, subjects)
  const holds = problems.length === 0 && cases.every(({ outcome }) => outcome === 'passed')
  return holds ? text.slice(head.length) : null
}

/** Null where the capture does not tell what a row was. */
export function givenCase(writing: CaseWriting, captured: CapturedTransaction): string | null {
  try {
    return capturedCase(writing, captured)
  } catch (error) {
    if (error instanceof ValueError) return null
    throw error
  }
}
