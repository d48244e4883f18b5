/** For whoever looks what would come of an input beside the daemon: rows that the input does not carry are on its disk. */
import type { RowIndex } from '../../rows/rows-at-hand.ts'
import { ValueError } from '../../values/value-error.ts'
import type { RowsOfInputs } from './held-translation.ts'

export class RowsElsewhere implements RowsOfInputs {
  /** Of the input at hand: then what comes of it is not known here. */
  wereAsked = false

  begin(): void {
    this.wereAsked = false
  }

  end(): void {
    // Whether they were asked is told until the next input begins.
  }

  find({ table }: RowIndex): never {
    this.wereAsked = true
    throw new ValueError('unavailable', `rows of ${table} are not here`)
  }

  deleted(index: RowIndex): never {
    return this.find(index)
  }

  knowsAll(): boolean {
    return false
  }
}
