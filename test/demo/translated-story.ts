/** A story of the shop without a stack: its snapshot and its transactions, through the rows that falsework keeps. */
import type { PlannedTransaction } from '../../demo/old-application/plan/plan-transactions.ts'
import { validateProject } from '../../src/app/project/validate-project.ts'
import { firstCheckpoint } from '../../src/core/delivery/checkpoint.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import { type Outcome, planTranslation, translate } from '../../src/core/mapping/run/translate.ts'
import { storedCatalog } from '../../src/core/rows/stored/stored-catalog.ts'
import { leftRows, transactionOf } from '../../src/core/translation/snapshots/left-rows.ts'
import { RowsOfRun } from '../core/rows/rows-in-memory.ts'
import type { Story } from './plans.ts'
import { shopProject } from './shop-project.ts'
import { SimulatedCapture } from './simulated-capture.ts'

export const project = shopProject()
export const checked = validateProject(project, topicNames(''))
const mappings = checked.mappings.flatMap(({ mapping }) => mapping ?? [])
const plan = planTranslation(mappings, { isMeant: ({ snapshot }) => snapshot !== 'only' })
const snapshotPlan = planTranslation(mappings, { isMeant: ({ snapshot }) => snapshot !== 'skip' })

const begun = firstCheckpoint({ source: 'shop', incarnation: 1, next: 0, registryOffset: 0, timeZoneDatabase: 'test' })

/** In the order in which they are published. */
export function outcomesOf({ opening, before, transactions }: Story): readonly Outcome[] {
  const [catalog, surroundings] = [checked.catalogs.get('shop'), checked.sources.get('shop')]
  if (catalog === undefined || surroundings === undefined) throw new Error('the project has no source')
  const stored = storedCatalog({ capture: surroundings.settings, catalog }, new Set())
  const run = new RowsOfRun({ stored, plan })
  const capture = new SimulatedCapture(opening)
  for (const transaction of before) capture.capture(transaction)
  for (const change of capture.snapshot()) run.rows.snapshotRow(change, false)
  run.rows.areWhole = true
  return [...publishedOfSnapshot(run), ...transactions.flatMap((transaction) => streamed(transaction, capture, run))]
}

function publishedOfSnapshot(run: RowsOfRun): readonly Outcome[] {
  const outcomes: Outcome[] = []
  const tables = new Set(snapshotPlan.byTable.keys())
  const at = { committedAtUs: 1_800_000_000_000_000n, next: 1 }
  run.rows.seal(begun)
  for (let left = leftRows(run.rows.tables, tables, { after: null }); left !== null; ) {
    const { table } = left
    for (const entry of run.page(left)) {
      run.rows.begin()
      outcomes.push(...translate(transactionOf(table, entry, at), snapshotPlan, run.rows))
      run.rows.end()
    }
    left = leftRows(run.rows.tables, tables, { after: { table: table.name, key: table.range.to } })
  }
  return outcomes
}

function streamed(transaction: PlannedTransaction, capture: SimulatedCapture, { rows }: RowsOfRun): readonly Outcome[] {
  const captured = capture.capture(transaction)
  if (captured === null) return []
  rows.begin()
  const changes = rows.complete(captured.changes, plan.readsBefore)
  const outcomes = translate({ ...captured, changes }, plan, rows)
  rows.end()
  return outcomes
}
