/** What the customers and the owner of a shop do, in an order that a seed decides, and what is to be published for it. */
import { Random } from '../../../demo/old-application/plan/random.ts'
import type { PlannedTransaction } from '../../gitlab/workload/transaction.ts'
import { Commits } from './commits.ts'
import { addAddress, changeAccount, changeAddress, register } from './customers.ts'
import { checkOut, moveOn, moveReturn, sendBack, spend } from './orders.ts'
import { addProduct, changeProduct } from './products.ts'
import { languages, statuses, countries, World } from './world.ts'

type Action = (world: World) => Commits

const often = [checkOut, checkOut, checkOut, moveOn, moveOn, moveOn, changeProduct, changeProduct]
const actions: readonly Action[] = [
  ...often,
  ...often,
  ...[register, changeAccount, changeAccount, addAddress, changeAddress, addProduct, spend, sendBack, moveReturn],
]

export interface Plan {
  /** Rows that nothing is published for, and that a snapshot may find. */
  readonly opening: readonly PlannedTransaction[]
  readonly story: readonly PlannedTransaction[]
}

/** The same seed gives the same commits: those of `count` actions. */
export function planCommits(seed: number, count: number): Plan {
  const world = new World(new Random(seed))
  const story = Array.from({ length: count }, () => {
    world.wait()
    const action = missing(world) ?? actions[world.random.integer(0, actions.length - 1)] ?? checkOut
    return action(world).all
  })
  return { opening: opening(), story: story.flat() }
}

function opening(): readonly PlannedTransaction[] {
  const commits = new Commits()
  for (const [id, code] of Object.entries(languages))
    commits.insert('oc_language', { language_id: Number(id), name: code, code, status: 1 })
  for (const [id, iso_code_2] of Object.entries(countries))
    commits.insert('oc_country', { country_id: Number(id), name: iso_code_2, iso_code_2, status: 1 })
  for (const [id, names] of Object.entries(statuses))
    for (const [language, name] of Object.entries(names))
      commits.insert('oc_order_status', { order_status_id: Number(id), language_id: Number(language), name })
  return commits.insert('oc_return_reason', { return_reason_id: 1, language_id: 1, name: 'Faulty' }).all
}

/** What everything else hangs on comes first. */
function missing({ customers, products }: World): Action | null {
  if (customers.size < 3) return register
  return products.size < 3 ? addProduct : null
}
