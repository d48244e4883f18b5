/** The rules of mappings that are about what is streamed, and those about rows that a snapshot has left. */
import type { CompiledMapping } from '../compiled-mapping.ts'
import { type PlanOptions, planTranslation, type TranslationPlan } from './translate.ts'

type Planned = Omit<PlanOptions, 'isMeant'>

/** What mappings make of changes; rules that are about snapshots only have no part in it. */
export const planChanges = (mappings: readonly CompiledMapping[], planned: Planned = {}): TranslationPlan =>
  planTranslation(mappings, { ...planned, isMeant: ({ snapshot }) => snapshot !== 'only' })

/** What mappings make of rows that a snapshot has left. */
export const planSnapshotRows = (mappings: readonly CompiledMapping[], planned: Planned = {}): TranslationPlan =>
  planTranslation(mappings, { ...planned, isMeant: ({ snapshot }) => snapshot !== 'skip' })
