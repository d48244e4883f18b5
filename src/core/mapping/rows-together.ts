/** Whether the rows that a `with` asks for ever come in one source transaction with those that ask for them. */
import type { Problem } from '../diagnostics/problem.ts'
import type { RowsAtHand } from '../rows/rows-at-hand.ts'
import { netChanges } from '../transaction/net-changes.ts'
import type { SourceTransaction } from '../transaction/source-transaction.ts'
import type { CompiledMapping, CompiledRule, CompiledWith } from './compiled-mapping.ts'
import { Joins } from './run/join.ts'
import { type Outcome, translate, type TranslationPlan } from './run/translate.ts'

/** Of fewer than so many rows that ask, nothing is said. */
const askedMin = 20
/** An application that commits row by row is seldom slower. */
const laterMaxUs = 3_000_000n

interface Watched {
  readonly rule: CompiledRule
  readonly joined: CompiledWith
  asked: number
  together: number
  later: number
  /** Keys of rows that have asked in vain, oldest first, with the commit of each. */
  readonly inVain: Map<string, bigint>
}

/** Transactions go in, in commit order, as they are translated; advice comes out. */
export class RowsTogether {
  private readonly watched: ReadonlyMap<CompiledWith, Watched>

  constructor(mappings: readonly CompiledMapping[]) {
    const pairs = mappings.flatMap(({ rules }) =>
      rules.flatMap((rule) => rule.withs.map((joined) => ({ rule, joined }))),
    )
    this.watched = new Map(
      pairs.map((pair) => [pair.joined, { ...pair, asked: 0, together: 0, later: 0, inVain: new Map() }]),
    )
  }

  /** What `translate` makes of it, and raises. */
  translate(transaction: SourceTransaction, plan: TranslationPlan, rows: RowsAtHand): readonly Outcome[] {
    const { committedAtUs } = transaction
    const joins = new Joins(netChanges(transaction))
    for (const watched of this.watched.values()) comeLater(watched, joins, committedAtUs)
    return translate(transaction, plan, rows, () => ({
      matching: (joined, frame) => {
        const found = joins.matching(joined, frame)
        const watched = this.watched.get(joined)
        const key = joined.anchorKey(frame)
        if (watched === undefined || key === null) return found
        watched.asked += 1
        if (found.length > 0) watched.together += 1
        else {
          watched.inVain.delete(key)
          watched.inVain.set(key, committedAtUs)
        }
        return found
      },
    }))
  }

  /** In the order of the files. */
  advice(): readonly Problem[] {
    return [...this.watched.values()].filter(({ asked, together }) => asked >= askedMin && together === 0).map(adviceOf)
  }
}

/** Rows that somebody has asked for in an earlier transaction. */
function comeLater(watched: Watched, joins: Joins, committedAtUs: bigint): void {
  const { joined, inVain } = watched
  for (const [key, askedAtUs] of inVain) {
    if (committedAtUs - askedAtUs <= laterMaxUs) break
    inVain.delete(key)
  }
  if (inVain.size === 0) return
  for (const key of joins.keys(joined)) if (inVain.delete(key)) watched.later += 1
}

function adviceOf({ rule, joined, asked, later }: Watched): Problem {
  const never = `none of ${asked} changes of ${rule.table.name} had rows of ${joined.table} in their source transaction`
  const rowByRow = `${never}; ${later} had them within 3 s: this application commits row by row`
  return {
    severity: 'warning',
    code: 'FW2407',
    name: 'never-together',
    message: later === 0 ? never : rowByRow,
    place: joined.place,
    hint: `anchor the rule on the change that completes the thing, and read ${joined.table} with a look-up`,
  }
}
