/** For translations without look-ups. */
import type { RowsAtHand } from '../../../src/core/rows/rows-at-hand.ts'
import { unkeptRows } from '../../../src/core/rows/source-rows.ts'

export const noRows: RowsAtHand = unkeptRows()
