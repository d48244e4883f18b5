/** For a translation that has no row store: what is looked up there is not known. */
import { ValueError } from '../values/value-error.ts'
import type { RowsAtHand } from './rows-at-hand.ts'

export const noRows: RowsAtHand = {
  find: ({ table }) => {
    throw new ValueError('unavailable', `the rows of ${table} are not held`)
  },
}
