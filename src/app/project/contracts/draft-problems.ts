/** Contracts that are still drafts, as problems in their files. */
import { eventCodes } from '../../../core/diagnostics/codes/event.ts'
import type { Problem } from '../../../core/diagnostics/problem.ts'
import type { Publication } from '../../../core/event/business-event.ts'
import type { Contract } from '../../../core/event/contract/contract.ts'
import { unnamedOwner } from '../../../core/mapping/file/names.ts'
import { jsonPlaces } from '../../../core/shape/json/json-value.ts'
import type { TextFile } from '../project-texts.ts'

/** A contract with its file. */
interface FiledContract {
  readonly contract: Contract
  readonly file: TextFile
}

/** One warning for each: what a draft promises can be tested, and not yet be relied on. */
export const draftWarnings = (contracts: readonly FiledContract[]): readonly Problem[] =>
  contracts.filter(isDraft).map((one) => draftProblem(one, 'warning'))

/** The same as errors, for those that are about to be registered. */
export function publishedDrafts(
  contracts: ReadonlyMap<string, FiledContract>,
  publications: readonly Publication[],
): readonly Problem[] {
  const names = new Set(publications.map(({ event, version }) => `${event}.v${version}`))
  const published = [...contracts].flatMap(([name, one]) => (names.has(name) ? [one] : []))
  return published.filter(isDraft).map((one) => draftProblem(one, 'error'))
}

/** Also one whose flag is gone, and for which nobody answers yet. */
const isDraft = ({ contract: { stage, owner } }: FiledContract): boolean => stage === 'draft' || owner === unnamedOwner

function draftProblem({ contract, file }: FiledContract, severity: Problem['severity']): Problem {
  const name = `${contract.event}.v${contract.version}`
  const [message, key] =
    contract.stage === 'draft'
      ? [
          `${name} is a draft, which \`register\` refuses: read it, name its owner and namespace, and delete "draft": true`,
          'draft',
        ]
      : [`nobody answers for ${name}: '${unnamedOwner}' is what a draft says, and \`register\` refuses it`, 'owner']
  const place = jsonPlaces({ text: file.text, file: file.path })([key])
  return { severity, code: 'FW2411', name: eventCodes.FW2411.name, message, place }
}
