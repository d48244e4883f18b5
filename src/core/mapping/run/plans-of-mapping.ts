/** The rules of a mapping that are about what is streamed, and those about rows that a snapshot has left. */
import type { CompiledMapping } from '../compiled-mapping.ts'
import { planTranslation, type TranslationPlan } from './translate.ts'

/** What a mapping makes of changes; rules that are about snapshots only have no part in it. */
export const planChanges = (mapping: CompiledMapping): TranslationPlan =>
  planTranslation([mapping], { isMeant: ({ snapshot }) => snapshot !== 'only' })

/** What a mapping makes of rows that a snapshot has left. */
export const planSnapshotRows = (mapping: CompiledMapping): TranslationPlan =>
  planTranslation([mapping], { isMeant: ({ snapshot }) => snapshot !== 'skip' })
