/** Contracts that are still drafts, as problems in their files. */
import { eventCodes } from '../../../core/diagnostics/codes/event.ts'
import type { Problem } from '../../../core/diagnostics/problem.ts'
import type { Publication } from '../../../core/event/business-event.ts'
import type { Contract } from '../../../core/event/contract/contract.ts'
import { jsonPlaces } from '../../../core/shape/json/json-value.ts'
import type { TextFile } from '../project-texts.ts'

/** A contract with its file. */
interface FiledContract {
  readonly contract: Contract
  readonly file: TextFile
}

/** One warning for each: what a draft promises can be tested, and not yet be relied on. */
export const draftWarnings = (contracts: readonly FiledContract[]): readonly Problem[] =>
  contracts.filter(({ contract }) => contract.stage === 'draft').map((one) => draftProblem(one, 'warning'))

/** The same as errors, for those that are about to be registered. */
export function publishedDrafts(
  contracts: ReadonlyMap<string, FiledContract>,
  publications: readonly Publication[],
): readonly Problem[] {
  const names = new Set(publications.map(({ event, version }) => `${event}.v${version}`))
  const published = [...contracts].flatMap(([name, one]) => (names.has(name) ? [one] : []))
  return published.filter(({ contract }) => contract.stage === 'draft').map((one) => draftProblem(one, 'error'))
}

function draftProblem({ contract, file }: FiledContract, severity: Problem['severity']): Problem {
  const message = `${contract.event}.v${contract.version} is a draft, which \`register\` refuses: read it, name its owner and namespace, and delete "draft": true`
  const place = jsonPlaces({ text: file.text, file: file.path })(['draft'])
  return { severity, code: 'FW2411', name: eventCodes.FW2411.name, message, place }
}
