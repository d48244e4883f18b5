/** What somebody in the shop does. */
import type { Random } from '../plan/random.ts'
import type { Shop } from '../plan/shop.ts'
import type { TransactionDraft } from '../plan/transaction-draft.ts'

export interface Scene {
  readonly shop: Shop
  readonly draft: TransactionDraft
  readonly random: Random
}

/** Writes its statements into the draft and gives its name; null when there is nothing to do it to, or no room for it. */
export type Action = (scene: Scene) => string | null
