/** The last changes of a raw log through a mapping as its file says it; nothing is published, and nothing is written. */
import type { Problem } from '../../../core/diagnostics/problem.ts'
import { RowsTogether } from '../../../core/mapping/rows-together.ts'
import { planChanges, planSnapshotRows } from '../../../core/mapping/run/plans-of-mapping.ts'
import { translate } from '../../../core/mapping/run/translate.ts'
import type { Project } from '../project-texts.ts'
import { validateProject } from '../validate-project.ts'
import { soundMapping } from './mapping-on-log.ts'
import { type PreviewedTransaction, shownTransaction } from './shown-transaction.ts'
import { type PreviewAsked, type PreviewParts, type Viewed, viewLog } from './viewed-log.ts'

export interface Previewed extends Viewed<PreviewedTransaction> {
  /** What the transactions tell of the mapping. */
  readonly advice: readonly Problem[]
}

/** Raises `UNKNOWN_NAME`, `INVALID_PROJECT` where the mapping has a mistake, what halts a source, and what the log raises. */
export async function previewMapping(project: Project, asked: PreviewAsked, parts: PreviewParts): Promise<Previewed> {
  const checked = validateProject(project, parts.names)
  const { mapping, surroundings } = soundMapping(checked, asked.mapping)
  const [plan, snapshotPlan] = [planChanges([mapping]), planSnapshotRows([mapping])]
  const together = new RowsTogether([mapping])
  const viewed = await viewLog(
    {
      registration: { project, checked },
      surroundings,
      mappings: [mapping],
      snapshotRows: new Set(snapshotPlan.byTable.keys()),
      show: (transaction, rows) => {
        const outcomes =
          transaction.proof === 'snapshot'
            ? translate(transaction, snapshotPlan, rows)
            : together.translate(transaction, plan, rows)
        return shownTransaction(transaction, outcomes, mapping)
      },
    },
    asked,
    parts,
  )
  return { ...viewed, advice: together.advice() }
}
