/** What a mapping as its file says it makes of a raw log otherwise than a revision that is registered. */
import type { CompiledMapping } from '../../../core/mapping/compiled-mapping.ts'
import { outcomeChanges } from '../../../core/mapping/outcome-changes.ts'
import { planChanges, planSnapshotRows } from '../../../core/mapping/run/plans-of-mapping.ts'
import { translate } from '../../../core/mapping/run/translate.ts'
import type { ControlLog } from '../../../ports/kafka/control-log.ts'
import { readRegistry } from '../../observe/registered.ts'
import type { Project } from '../project-texts.ts'
import { validateProject } from '../validate-project.ts'
import { soundMapping } from './mapping-on-log.ts'
import { registeredMapping } from './registered-mapping.ts'
import { type DifferingTransaction, shownDifference } from './shown-transaction.ts'
import { type PreviewAsked, type PreviewParts, type Viewed, viewLog } from './viewed-log.ts'

export interface PreviewedDifference extends Viewed<DifferingTransaction> {
  /** Of the revision that the file was compared with. */
  readonly revision: number
}

export interface DifferenceParts extends PreviewParts {
  readonly openControlLog: () => Promise<ControlLog>
}

/**
 * `revision`: `r3`, or `current`. Transactions of which both make the same are not among the items; `limit` counts the others.
 *
 * Raises `UNKNOWN_NAME`, `INVALID_PROJECT` where the mapping has a mistake, `REVISION_UNREADABLE`, what halts a source, and
 * what the logs raise.
 */
export async function previewDifference(
  project: Project,
  asked: PreviewAsked & { readonly revision: string },
  parts: DifferenceParts,
): Promise<PreviewedDifference> {
  const { names, openControlLog } = parts
  const checked = validateProject(project, names)
  const { mapping: now, surroundings } = soundMapping(checked, asked.mapping)
  const registry = await readRegistry(openControlLog)
  const { keepsRows } = surroundings
  const wanted = { name: now.name, asked: asked.revision }
  const { number, mapping: before } = registeredMapping(registry, wanted, { names, keys: project.keys, keepsRows })
  const [planBefore, planNow] = [plansOf(before), plansOf(now)]
  const viewed = await viewLog(
    {
      registration: { project, checked },
      surroundings,
      mappings: [now, before],
      snapshotRows: new Set([planBefore, planNow].flatMap(({ snapshot }) => [...snapshot.byTable.keys()])),
      show: (transaction, rows) => {
        const of = transaction.proof === 'snapshot' ? 'snapshot' : 'changes'
        const was = translate(transaction, planBefore[of], rows)
        const changes = outcomeChanges(was, translate(transaction, planNow[of], rows))
        return shownDifference(transaction, changes, { before, now })
      },
    },
    asked,
    parts,
  )
  return { ...viewed, revision: number }
}

const plansOf = (mapping: CompiledMapping) => ({
  changes: planChanges([mapping]),
  snapshot: planSnapshotRows([mapping]),
})
