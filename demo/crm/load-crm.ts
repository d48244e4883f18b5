/** What a session of the old applications finds when it starts: its share of what an earlier run, or the seed, has left. */
import type mysql from 'mysql2/promise'
import type { CrmWorld } from './crm-plan.ts'
import { type ContactRow, keyOfLevel, type LevelRow, type ProductRow } from './crm-rows.ts'

/** What is computed from a BIGINT comes as a text. */
type Figure = number | string

/** Session `share` of so many: contacts, products and numbers whose remainder it is. */
export async function loadCrm(connection: mysql.Connection, share: number, sessions: number): Promise<CrmWorld> {
  const ask = async <Row>(text: string): Promise<readonly Row[]> =>
    (await connection.query<(Row & mysql.RowDataPacket)[]>(text))[0]
  const isOurs = (number: number): boolean => number % sessions === share
  const contacts = await ask<ContactRow>(
    `SELECT cust_no, name, street, zip, city, email, phone, nl_opt, birth_dt, reg_dt, CAST(credit AS char) AS credit,
       CAST(last_call AS char) AS last_call, del_flg FROM crm.cust_mast ORDER BY cust_no`,
  )
  const products = await ask<ProductRow>(
    'SELECT prod_no, sku, name, CAST(ean AS char) AS ean FROM wms.product ORDER BY prod_no',
  )
  const levels = await ask<LevelRow>(
    'SELECT prod_no, whse, qty_on_hand, flags FROM wms.stock_lvl ORDER BY prod_no, whse',
  )
  const sequences = await ask<{ name: string; count: Figure }>(
    "SELECT concat(topic, ' ', `key`) AS name, max(key_seq) AS count FROM audit.expected_events GROUP BY topic, `key`",
  )
  const [latest] = await ask<{ contact: Figure; product: Figure; move: Figure; transaction: Figure }>(
    `SELECT coalesce((SELECT max(CAST(substr(cust_no, 2) AS unsigned)) FROM crm.cust_mast), 0) AS contact,
       coalesce((SELECT max(prod_no) FROM wms.product), 0) AS product,
       coalesce((SELECT max(move_no) FROM wms.stock_mov), 0) AS move,
       coalesce((SELECT max(id) FROM audit.transactions), 0) AS transaction`,
  )
  const nextAfter = (number: Figure | undefined): number => {
    const first = Number(number ?? 0) + 1
    return first + ((share - (first % sessions) + sessions) % sessions)
  }
  return {
    contacts: new Map(
      contacts.filter(({ cust_no }) => isOurs(Number(cust_no.slice(1)))).map((row) => [row.cust_no, row]),
    ),
    products: new Map(products.filter(({ prod_no }) => isOurs(prod_no)).map((row) => [row.prod_no, row])),
    levels: new Map(levels.filter(({ prod_no }) => isOurs(prod_no)).map((row) => [keyOfLevel(row), row])),
    keySequences: new Map(sequences.map(({ name, count }) => [name, Number(count)])),
    next: {
      contact: nextAfter(latest?.contact),
      product: nextAfter(latest?.product),
      move: nextAfter(latest?.move),
      transaction: nextAfter(latest?.transaction),
    },
    step: sessions,
  }
}
