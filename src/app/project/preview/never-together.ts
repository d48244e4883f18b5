/** What the last changes of raw logs advise whoever registers mappings. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Problem } from '../../../core/diagnostics/problem.ts'
import type { CompiledMapping } from '../../../core/mapping/compiled-mapping.ts'
import { planTranslation } from '../../../core/mapping/run/translate.ts'
import { RowsTogether } from '../../../core/mapping/rows-together.ts'
import { chooseFiles } from '../choose-files.ts'
import type { Project } from '../project-texts.ts'
import { type CheckedProject, validateProject } from '../validate-project.ts'
import { type LogView, type PreviewParts, viewLog } from './viewed-log.ts'

/** Of each log: some seconds, which is what whoever registers waits for. */
const recordsMax = 50_000

/**
 * `only` as `chooseFiles` takes it. Empty where nothing can be said: a log that is not there, or that cannot be read, is for
 * others to complain of. Raises `UNKNOWN_NAME`.
 */
export async function neverTogether(
  project: Project,
  only: readonly string[],
  parts: PreviewParts,
): Promise<readonly Problem[]> {
  const checked = validateProject(project, parts.names)
  const asking = chooseFiles(project, checked, only).mappings.flatMap(({ mapping }) =>
    mapping !== null && mapping.rules.some(({ withs }) => withs.length > 0) ? [mapping] : [],
  )
  const advice: Problem[] = []
  for (const [source, [first, ...others]] of Map.groupBy(asking, (mapping) => mapping.source)) {
    if (first === undefined) continue
    advice.push(...(await adviceOfLog({ project, checked, source, mappings: [first, ...others] }, parts)))
  }
  return advice
}

interface OfSource {
  readonly project: Project
  readonly checked: CheckedProject
  readonly source: string
  readonly mappings: readonly [CompiledMapping, ...CompiledMapping[]]
}

async function adviceOfLog(
  { project, checked, source, mappings }: OfSource,
  parts: PreviewParts,
): Promise<readonly Problem[]> {
  const surroundings = checked.sources.get(source)
  if (surroundings === undefined) return []
  const together = new RowsTogether(mappings)
  const plan = planTranslation(mappings)
  const view = {
    registration: { project, checked },
    surroundings,
    mappings,
    recordsMax,
    show: (...[transaction, rows]: Parameters<LogView<null>['show']>) => {
      together.translate(transaction, plan, rows)
      return null
    },
  }
  try {
    await viewLog<null>(view, { limit: 0, since: null }, parts)
  } catch (error) {
    if (!(error instanceof FalseworkError)) throw error
    return []
  }
  return together.advice()
}
