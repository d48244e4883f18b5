/** The words about the stages of a mapping, folded: every reader folds the same words to the same stages. */
import { firstOwnership, type Ownership } from './ownership.ts'
import { allowedTransitions, type Scope, scopeText, type Stage } from './stage.ts'
import type { StageWord } from './stage-word.ts'

/** Where a scope stands by the words about it; `open` is the wish that the ownership has yet to answer. */
export interface ScopeStage {
  readonly stage: Stage
  /** The greatest that a word has named or seen; it only grows. */
  readonly epoch: number
  readonly open: OpenWish | null
}

export interface OpenWish {
  readonly kind: 'handover' | 'takeBack'
  /** Of the ownership that it asks for. */
  readonly epoch: number
  readonly isCancelled: boolean
}

/** By scope; `null` is everything that has no stage of its own. */
export type MappingStages = ReadonlyMap<Scope, ScopeStage>

export const firstStage = (stage: Stage): ScopeStage => ({ stage, epoch: firstOwnership(stage).epoch, open: null })

/** A scope that has no word of its own goes with all, and all begin in the stage that the mapping is registered into. */
export const stageOfScope = (stages: MappingStages, scope: Scope, registered: Stage): ScopeStage =>
  stages.get(scope) ?? stages.get(null) ?? firstStage(registered)

/**
 * The stage of a scope as its ownership decides it: a wish that is open leaves the scope where it was until an ownership
 * of its epoch or a later one is read.
 */
export function decidedStage({ stage, open }: ScopeStage, { owner, epoch }: Pick<Ownership, 'owner' | 'epoch'>): Stage {
  if (open === null) return stage
  if (open.kind === 'handover') return owner === 'native' && epoch >= open.epoch ? 'native' : 'parity'
  return owner === 'legacy' && epoch > open.epoch ? 'live' : 'native'
}

/** Whether the ownership has yet to answer: a handover is under way, or a scope is being taken back. */
export const isUnderWay = ({ open }: ScopeStage, { owner, epoch }: Pick<Ownership, 'owner' | 'epoch'>): boolean =>
  open !== null && (open.kind === 'handover' ? epoch < open.epoch : owner !== 'legacy' || epoch <= open.epoch)

/** Whether it may be the new service's, as far as words say: only an ownership can tell. */
export const asksForNative = ({ stage, open }: ScopeStage): boolean =>
  open === null ? stage === 'native' || stage === 'retired' : !open.isCancelled

/** Of the words about a mapping, in their order, those that have moved the scope: with all it goes until it has a word of its own. */
export function wordsOfScope<Said extends { readonly record: Pick<StageWord, 'scope'> }>(
  words: readonly Said[],
  scope: Scope,
): readonly Said[] {
  const first = words.findIndex(({ record }) => record.scope === scope)
  const apart = first === -1 ? words.length : first
  return words.filter(({ record }, at) => record.scope === scope || (record.scope === null && at < apart))
}

export type StageOutcome =
  | { readonly kind: 'taken'; readonly stage: ScopeStage }
  | { readonly kind: 'refused'; readonly message: string }

/** Where a scope stands after a word, or why the word means nothing. */
export function takeWord(stages: MappingStages, word: StageWord, registered: Stage): StageOutcome {
  const before = stageOfScope(stages, word.scope, registered)
  const refused = (why: string): StageOutcome => {
    return { kind: 'refused', message: `${word.mapping}, scope ${scopeText(word.scope)}: ${why}` }
  }
  const { transition, seen, epoch } = word
  const from = decidedStage(before, seen)
  const rule = allowedTransitions[from][transition]
  if (rule === undefined) return refused(`${transition} does not lead on from ${from}`)
  if (rule.to !== word.to) return refused(`${transition} leads from ${from} to ${rule.to}, not to ${word.to}`)
  if (epoch !== seen.epoch + rule.epochs) {
    return refused(`${transition} out of epoch ${seen.epoch} names epoch ${seen.epoch + rule.epochs}, not ${epoch}`)
  }
  const underWay = isUnderWay(before, seen)
  if (transition === 'cancel') {
    if (!underWay || before.open?.epoch !== epoch) return refused(`there is no handover of epoch ${epoch} to cancel`)
    if (!stages.has(word.scope)) return refused('it is handed over with all, and only with all can that be cancelled')
    return { kind: 'taken', stage: { ...before, open: { ...before.open, isCancelled: true } } }
  }
  if (underWay) return refused(before.open?.kind === 'takeBack' ? 'it is being taken back' : 'a handover is open')
  if (seen.epoch < before.epoch && before.open === null) {
    return refused(`it was decided on epoch ${seen.epoch}, and the words are at ${before.epoch}`)
  }
  return { kind: 'taken', stage: after(from, word) }
}

function after(from: Stage, { transition, to, epoch }: StageWord): ScopeStage {
  const rule = allowedTransitions[from][transition]
  if (rule?.decidedBy !== 'ownership') return { stage: to, epoch, open: null }
  const kind = transition === 'rollback' ? 'takeBack' : 'handover'
  return { stage: from, epoch, open: { kind, epoch, isCancelled: false } }
}
