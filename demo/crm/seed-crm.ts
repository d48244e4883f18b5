/** Schema and first rows of the databases on MariaDB: what the snapshot finds. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type mysql from 'mysql2/promise'
import { emailKey } from '../email-key.ts'
import { numbered } from '../old-application/plan/plan-transactions.ts'
import { Random } from '../old-application/plan/random.ts'
import { type CrmAddress, connectToCrm } from './crm-database.ts'
import { contactAdded, levelChanged } from './crm-events.ts'
import { insertOf, newContact } from './crm-plan.ts'
import { type LevelRow, type ProductRow, warehouses } from './crm-rows.ts'
import { writeExpected } from './write-expected.ts'

const contactCount = 30
const productCount = 12

/** Databases that are there are left as they are. */
export async function seedCrm(address: CrmAddress, seed: number): Promise<'seeded' | 'already there'> {
  const connection = await connectToCrm(address)
  try {
    const [found] = await connection.query<mysql.RowDataPacket[]>("SHOW DATABASES LIKE 'crm'")
    if (found.length > 0) return 'already there'
    await connection.query(readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'))
    await seedRows(connection, new Random(seed))
    return 'seeded'
  } finally {
    await connection.end()
  }
}

async function seedRows(connection: mysql.Connection, random: Random): Promise<void> {
  const contacts = Array.from({ length: contactCount }, (_none, at) => newContact(at + 1, random))
  const products = Array.from({ length: productCount }, (_none, at): ProductRow => {
    const ean = random.pick([null, '4006381333931', '18446744073709551615'])
    return { prod_no: at + 1, sku: `S${at}-${random.letters(2)}`, name: `Artikel ${at}`, ean }
  })
  const levels = products.flatMap(({ prod_no }) =>
    warehouses
      .filter(() => random.chance(0.6))
      .map((whse): LevelRow => {
        const qty_on_hand = random.pick([null, 0, random.integer(1, 50)])
        return { prod_no, whse: whse.trim(), qty_on_hand, flags: random.pick(['', 'counted', 'counted,blocked']) }
      }),
  )
  const inserts = [
    ...contacts.map((row) => insertOf('crm.cust_mast', { ...row })),
    ...products.map((row) => insertOf('wms.product', { ...row })),
    ...levels.map((row) => insertOf('wms.stock_lvl', { ...row })),
  ]
  for (const [text, ...values] of inserts) await connection.query(text, values)
  const expected = [
    ...contacts.flatMap((row) => contactAdded(row, 'IMPORT', emailKey)),
    ...levels.flatMap((after) => {
      const product = products[after.prod_no - 1]
      return product === undefined ? [] : levelChanged({ before: null, after, picks: [] }, product)
    }),
  ]
  await writeExpected(connection, null, numbered(expected, { keySequences: new Map() }))
}
