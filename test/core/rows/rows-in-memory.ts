import { PendingRows } from '../../../src/core/rows/pending-rows.ts'
import { SourceRows } from '../../../src/core/rows/source-rows.ts'
import { storedTables } from '../../../src/core/rows/stored-catalog.ts'
import type { ActiveRevisions } from '../../../src/core/translation/active-revisions.ts'

/** Rows of a source that is read from its beginning, over an empty store. */
export const rowsInMemory = ({ stored }: Pick<ActiveRevisions, 'stored'>): SourceRows =>
  new SourceRows(
    stored === null ? new Map() : storedTables(stored),
    new PendingRows({ get: () => null, entries: () => [] }),
  )
