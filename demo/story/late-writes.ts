/** What the legacy system writes to a store that it does not own any more. */
import pg from 'pg'
import { StackError } from '../../stack/stack-error.ts'
import { type Runtime } from '../runtime.ts'

const raisedByGuard = '45000'

/** As the shop would, at a console: raises StackError unless the guard refuses it. */
export async function lateWrite({ shop }: Runtime, store: string): Promise<string> {
  const client = new pg.Client(shop)
  await client.connect()
  try {
    const { rowCount } = await client.query(anOrderOf(store))
    if (rowCount === 0) throw noOrder(store)
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === raisedByGuard) return error.message
    throw error
  } finally {
    await client.end()
  }
  throw new StackError(`the guard has let a write to store ${store} pass`)
}

/** As somebody who may write past the guard, and does not say that it is brought back: it is noted that it is set aside. */
export async function forcedWrite({ shop }: Runtime, store: string): Promise<void> {
  const forcing = new pg.Client({ ...shop, user: 'falsework_sync', password: 'falsework_sync' })
  const noting = new pg.Client(shop)
  await Promise.all([forcing.connect(), noting.connect()])
  try {
    const { rowCount } = await forcing.query(anOrderOf(store))
    if (rowCount === 0) throw noOrder(store)
    await noting.query("INSERT INTO audit.transactions (id, kind, rows) VALUES (-1, 'forced', 1)")
    await noting.query(
      "INSERT INTO audit.expected_dead_letters (transaction_id, place, mapping, rule, error_class) VALUES (-1, 1, 'order-lifecycle', 'amended', 'violation')",
    )
  } finally {
    await Promise.all([forcing.end(), noting.end()])
  }
}

const noOrder = (store: string): StackError => new StackError(`store ${store} has no order that could be written to`)

/** An order that is amended, which is an event whatever its status; there are few at a time that could still be cancelled. */
const anOrderOf = (store: string): string =>
  `UPDATE public.orders SET total_cents = total_cents + 100 WHERE id = (SELECT max(id) FROM public.orders WHERE store_no = ${Number(store)})`
