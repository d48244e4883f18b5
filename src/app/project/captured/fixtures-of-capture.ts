/**
 * Fixtures from records of a raw log: a case for each kind of transaction, and of row that a snapshot has left, with what the
 * mapping makes of it.
 */
import type { CaptureSettings } from '../../../core/capture/connector/capture-settings.ts'
import { dialects } from '../../../core/capture/positions/dialects.ts'
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
import { planChanges, planSnapshotRows } from '../../../core/mapping/run/plans-of-mapping.ts'
import { type Outcome, translate } from '../../../core/mapping/run/translate.ts'
import { yamlName } from '../../../core/shape/yaml/yaml-text.ts'
import type { SourceTransaction } from '../../../core/transaction/source-transaction.ts'
import { ValueError } from '../../../core/values/value-error.ts'
import type { FetchedSchemas } from '../../capture/fetched-schemas.ts'
import { readTransactions } from '../preview/log-transactions.ts'
import { rowsOfLog, soundMapping } from '../preview/mapping-on-log.ts'
import type { Project } from '../project-texts.ts'
import { fixtureSubjects } from '../test-project.ts'
import type { CheckedProject } from '../validate-project.ts'
import { type CaptureFile, capturedLog } from './captured-log.ts'

export interface CapturedFixtures {
  readonly mapping: string
  /** The whole file; null: nothing of the capture gives a case. */
  readonly text: string | null
  /** Transactions that change rows of the mapping's tables. */
  readonly transactions: number
  /** Rows that snapshots have left, of tables whose rules ask for them. */
  readonly snapshotRows: number
  readonly cases: number
  /** Kinds of transactions and of rows that no case shows, since the capture does not tell enough of their rows. */
  readonly leftOut: number
}

interface CaptureParts {
  readonly capture: CaptureFile
  /** Of the registry that the records of an Avro log name theirs of. */
  readonly schemas: FetchedSchemas
  readonly ended: AbortSignal
}

/**
 * Raises `UNKNOWN_NAME`, `INVALID_PROJECT` where the mapping has a mistake, `CAPTURE_FILE`, `SCHEMAS_UNREACHABLE`, and what
 * halts a source.
 */
export async function fixturesOfCapture(
  { project, checked }: { readonly project: Project; readonly checked: CheckedProject },
  name: string,
  { capture, schemas, ended }: CaptureParts,
): Promise<CapturedFixtures> {
  const { mapping, surroundings } = soundMapping(checked, name)
  const { settings, catalog } = surroundings
  const { format } = settings
  const [plan, snapshotPlan] = [planChanges([mapping]), planSnapshotRows([mapping])]
  const rows = rowsOfLog(mapping.source, { project, checked })
  rows.findBy(plan.indexes.values())
  const cases = new CapturedCases(mapping, settings, fixtureSubjects(checked))
  const log = schemas.ahead(capturedLog(capture, format), () => format === 'avro')
  const { first, end } = await log.range()
  const read = { tables: catalog.tables, format, dialect: dialects[catalog.kind], writerSchemas: schemas.known }
  const reading = { from: first, end, read, rows, snapshotRows: new Set(snapshotPlan.byTable.keys()), ended }
  await readTransactions(log, reading, (transaction) => {
    if (!transaction.changes.some(({ table }) => mapping.tables.has(table))) return
    const noted = new NotedRows(rows)
    const outcomes = translate(transaction, transaction.proof === 'snapshot' ? snapshotPlan : plan, noted)
    cases.add({ transaction, found: noted.found }, outcomes)
  })
  return cases.written
}

/** The first case of each kind that the capture tells whole. */
class CapturedCases {
  private readonly writing: CaseWriting
  private readonly subjects: ReadonlyMap<string, FixtureSubject>
  /** Null: none of the kind so far is told whole. */
  private readonly kinds = new Map<string, string | null>()
  private readonly seen = { end: 0, snapshot: 0 } satisfies Record<SourceTransaction['proof'], number>

  constructor(mapping: CompiledMapping, settings: CaptureSettings, subjects: ReadonlyMap<string, FixtureSubject>) {
    this.writing = { mapping, settings, reads: mapping.reads, masks: new Masks() }
    this.subjects = subjects
  }

  add(captured: CapturedTransaction & { readonly transaction: SourceTransaction }, outcomes: readonly Outcome[]): void {
    const { transaction } = captured
    this.seen[transaction.proof] += 1
    const kind = kindOf(transaction, outcomes, this.writing.mapping.tables)
    if ((this.kinds.get(kind) ?? null) !== null) return
    const number = this.seen[transaction.proof]
    this.kinds.set(
      kind,
      outcomes.some(isUnknown) ? null : soundCase(this.writing, { ...captured, number }, this.subjects),
    )
  }

  get written(): CapturedFixtures {
    const { name } = this.writing.mapping
    const cases = [...this.kinds.values()].filter((one) => one !== null)
    return {
      mapping: name,
      text: cases.length === 0 ? null : `${headOf(name)}${cases.join('\n')}`,
      transactions: this.seen.end,
      snapshotRows: this.seen.snapshot,
      cases: cases.length,
      leftOut: this.kinds.size - cases.length,
    }
  }
}

const headOf = (mapping: string): string =>
  `# From a capture of the raw log, a case for each kind of transaction and row of a snapshot; personal data is masked.
mapping: ${yamlName(mapping)}
tests:
`

/** Those of one kind change, or show, rows of the same tables in the same way, and the same comes of them. */
function kindOf(
  { changes, proof }: SourceTransaction,
  outcomes: readonly Outcome[],
  tables: CompiledMapping['tables'],
): string {
  const rows = changes.filter(({ table }) => tables.has(table)).map(({ table, op }) => `${op} ${table}`)
  return [proof, ...new Set(rows), '', ...new Set(outcomes.map(outcomeKind))].join('\n')
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
