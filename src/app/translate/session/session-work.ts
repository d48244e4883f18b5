/** What the steps of a session work with. */
import type { SourceTranslation } from '../../../core/translation/source-translation.ts'
import type { SessionOutput } from '../output/session-output.ts'
import type { SessionSlices } from '../output/session-slices.ts'
import type { SessionRows } from '../rows/session-rows.ts'
import type { SessionParts } from './session-parts.ts'

export interface SessionWork {
  readonly parts: SessionParts
  readonly translation: SourceTranslation
  readonly slices: SessionSlices
  readonly output: SessionOutput
  /** Null where no rows are kept. */
  readonly rows: SessionRows | null
}
