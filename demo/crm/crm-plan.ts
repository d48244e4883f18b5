/** What one session of the old applications does: it alone writes its contacts and its products. */
import type { ExpectedEvent } from '../old-application/expected/expected-event.ts'
import { numbered, type NumberedEvent } from '../old-application/plan/plan-transactions.ts'
import type { Random } from '../old-application/plan/random.ts'
import { contactAdded, contactChanged, contactErased, levelChanged, levelRemoved } from './crm-events.ts'
import {
  type ContactRow,
  keyOfLevel,
  type LevelRow,
  type MoveRow,
  type ProductRow,
  reasons,
  warehouses,
} from './crm-rows.ts'

export type Sql = readonly [text: string, ...values: (string | number | null)[]]

export interface CrmTransaction {
  readonly number: number
  readonly kind: string
  readonly statements: readonly Sql[]
  readonly ending: 'commit' | 'rollback'
  /** Empty for one that is rolled back. */
  readonly events: readonly NumberedEvent[]
}

/** What the session has left behind, and what it continues from. */
export interface CrmWorld {
  readonly contacts: Map<string, ContactRow>
  readonly products: Map<number, ProductRow>
  readonly levels: Map<string, LevelRow>
  /** Number of events so far, by `topic key`. */
  readonly keySequences: Map<string, number>
  /** Each session counts in steps of its own: no two give out one number. */
  readonly next: { contact: number; product: number; move: number; transaction: number }
  readonly step: number
}

interface Scene {
  readonly world: CrmWorld
  readonly random: Random
  readonly emailKey: string
}

interface Done {
  readonly kind: string
  readonly statements: readonly Sql[]
  readonly events: readonly ExpectedEvent[]
  /** Moves the world on; not called where it is rolled back. */
  readonly keep: () => void
}

export function* planCrm({ world, random, emailKey }: Scene): Generator<CrmTransaction, never> {
  for (;;) {
    const done = random.pick(actions)({ world, random, emailKey })
    if (done === null) continue
    const number = world.next.transaction
    world.next.transaction += world.step
    const { kind, statements, events } = done
    if (random.chance(0.08)) {
      yield { number, kind, statements, ending: 'rollback', events: [] }
      continue
    }
    done.keep()
    yield { number, kind, statements, ending: 'commit', events: numbered(events, world) }
  }
}

type Action = (scene: Scene) => Done | null

const enroll: Action = ({ world, random, emailKey }) => {
  const row = newContact(world.next.contact, random)
  world.next.contact += world.step
  return {
    kind: 'enroll',
    statements: [insertOf('crm.cust_mast', { ...row })],
    events: contactAdded(row, 'LIVE', emailKey),
    keep: () => world.contacts.set(row.cust_no, row),
  }
}

const changeContact =
  (kind: string, changeOf: (row: ContactRow, random: Random) => Partial<ContactRow>): Action =>
  ({ world, random, emailKey }) => {
    const before = random.pickAny([...world.contacts.values()])
    if (before === null) return null
    const set = changeOf(before, random)
    const after = { ...before, ...set }
    return {
      kind,
      statements: [updateOf('crm.cust_mast', { cust_no: before.cust_no }, set)],
      events: contactChanged(before, after, emailKey),
      keep: () => world.contacts.set(after.cust_no, after),
    }
  }

const move = changeContact('move', (_, random) => ({ ...address(random) }))
const mail = changeContact('mail', ({ cust_no }, random) => ({
  email: random.chance(0.2) ? null : email(cust_no, random),
}))
/** Nothing is expected of it. */
const call = changeContact('call', (_, random) => ({ last_call: callTime(random), nl_opt: random.pick([0, 1]) }))
const flip = changeContact('flip', ({ del_flg }) => ({ del_flg: del_flg === 'Y' ? 'N' : 'Y' }))

const erase: Action = ({ world, random }) => {
  const row = world.contacts.size < 6 ? null : random.pickAny([...world.contacts.values()])
  if (row === null) return null
  return {
    kind: 'erase',
    statements: [['DELETE FROM crm.cust_mast WHERE cust_no = ?', row.cust_no]],
    events: [contactErased(row)],
    keep: () => world.contacts.delete(row.cust_no),
  }
}

/** Moves and the level that they lead to, in one transaction; the level is written first, as the warehouse does. */
const pick: Action = (scene) => {
  const { world, random } = scene
  const before = random.pickAny([...world.levels.values()])
  if (before === null) return null
  const moves = Array.from({ length: random.integer(1, 3) }, (): MoveRow => {
    const move_no = world.next.move
    world.next.move += world.step
    const { prod_no, whse } = before
    return { move_no, prod_no, whse, qty: -random.integer(1, 9), reason_cd: random.pick(reasons) }
  })
  const had = before.qty_on_hand ?? 0
  const qty = moves.reduce((sum, each) => sum + each.qty, had)
  const after = { ...before, qty_on_hand: random.chance(0.1) ? 0 : qty }
  const { prod_no, whse } = before
  const statements = [
    updateOf('wms.stock_lvl', { prod_no, whse }, { qty_on_hand: after.qty_on_hand }),
    ...moves.map((row) => insertOf('wms.stock_mov', { ...row })),
  ]
  return levelDone(scene, { kind: 'pick', before, after, picks: moves, statements })
}

/** An upsert, as the counting device writes it. */
const count: Action = (scene) => {
  const { world, random } = scene
  const product = random.pickAny([...world.products.values()])
  if (product === null) return null
  const { prod_no } = product
  const whse = random.pick(warehouses).trim()
  const before = world.levels.get(keyOfLevel({ prod_no, whse })) ?? null
  const after: LevelRow = {
    prod_no,
    whse,
    qty_on_hand: random.integer(0, 40),
    flags: random.pick(['counted', 'counted,returns']),
  }
  const upsert: Sql = [
    `INSERT INTO wms.stock_lvl (prod_no, whse, qty_on_hand, flags) VALUES (?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE qty_on_hand = VALUES(qty_on_hand), flags = VALUES(flags)`,
    prod_no,
    whse,
    after.qty_on_hand,
    after.flags,
  ]
  return levelDone(scene, { kind: 'count', before, after, picks: [], statements: [upsert] })
}

const clear: Action = ({ world, random }) => {
  const row = world.levels.size < 4 ? null : random.pickAny([...world.levels.values()])
  if (row === null) return null
  return {
    kind: 'clear',
    statements: [['DELETE FROM wms.stock_lvl WHERE prod_no = ? AND whse = ?', row.prod_no, row.whse]],
    events: [levelRemoved(row)],
    keep: () => world.levels.delete(keyOfLevel(row)),
  }
}

const introduce: Action = ({ world, random }) => {
  const prod_no = world.next.product
  world.next.product += world.step
  const row: ProductRow = {
    prod_no,
    sku: `N${prod_no}`,
    name: `Artikel ${prod_no}`,
    ean: random.pick([null, '4006381333931']),
  }
  return {
    kind: 'introduce',
    statements: [insertOf('wms.product', { ...row })],
    events: [],
    keep: () => world.products.set(prod_no, row),
  }
}

/** Its levels go with it by a foreign key, which the database does not log. */
const discontinue: Action = ({ world, random }) => {
  const product = world.products.size < 3 ? null : random.pickAny([...world.products.values()])
  if (product === null) return null
  const levels = [...world.levels.values()].filter(({ prod_no }) => prod_no === product.prod_no)
  return {
    kind: 'discontinue',
    statements: [['DELETE FROM wms.product WHERE prod_no = ?', product.prod_no]],
    events: levels.map(levelRemoved),
    keep: () => {
      world.products.delete(product.prod_no)
      for (const level of levels) world.levels.delete(keyOfLevel(level))
    },
  }
}

const actions: readonly [Action, ...Action[]] = [
  enroll,
  enroll,
  move,
  mail,
  call,
  flip,
  erase,
  pick,
  pick,
  pick,
  count,
  count,
  clear,
  introduce,
  discontinue,
]

function levelDone(
  { world }: Scene,
  change: {
    readonly kind: string
    readonly before: LevelRow | null
    readonly after: LevelRow
    readonly picks: readonly MoveRow[]
    readonly statements: readonly Sql[]
  },
): Done | null {
  const { kind, after, statements } = change
  const product = world.products.get(after.prod_no)
  if (product === undefined) return null
  return {
    kind,
    statements,
    events: levelChanged(change, product),
    keep: () => world.levels.set(keyOfLevel(after), after),
  }
}

export function newContact(number: number, random: Random): ContactRow {
  const cust_no = `C${number}`
  return {
    cust_no,
    name: random.pick(['Ann Bauer', 'Jörg Öztürk', "Sean O'Neill", 'María José']),
    ...address(random),
    email: random.chance(0.15) ? null : email(cust_no, random),
    phone: random.chance(0.3) ? null : `+49 (30) ${random.integer(1000, 99_999_999)}`,
    nl_opt: random.pick([0, 1]),
    birth_dt: random.pick([0, 99_999_999, 19_790_215, 20_000_229, 19_640_101]),
    reg_dt: random.pick([20_190_101, 20_240_229, 20_261_130]),
    credit: random.pick(['0.00', '12.50', '-3.05', '99999999.99']),
    last_call: callTime(random),
    del_flg: random.chance(0.05) ? 'Y' : 'N',
  }
}

const address = (random: Random): Pick<ContactRow, 'street' | 'zip' | 'city'> => ({
  street: random.chance(0.2) ? null : `Weg ${random.integer(1, 99)}`,
  zip: random.chance(0.2) ? null : String(random.integer(10_000, 99_999)),
  city: random.chance(0.2) ? null : random.pick(['Berlin', 'Köln', 'Zürich']),
})

const email = (custNo: string, random: Random): string =>
  random.pick([`${custNo}@`, ` ${custNo.toLowerCase()}-${random.letters(3)}@`]) +
  random.pick(['example.org', 'Example.COM'])

const callTime = (random: Random): string | null =>
  random.pick([null, '0000-00-00 00:00:00', '2026-03-29 02:30:00', `2026-06-15 07:00:${random.integer(10, 59)}`])

export function insertOf(table: string, row: Readonly<Record<string, string | number | null>>): Sql {
  const names = Object.keys(row)
  return [
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    ...Object.values(row),
  ]
}

function updateOf(
  table: string,
  key: Readonly<Record<string, string | number>>,
  set: Readonly<Record<string, string | number | null>>,
): Sql {
  const assign = Object.keys(set).map((name) => `${name} = ?`)
  const where = Object.keys(key).map((name) => `${name} = ?`)
  return [
    `UPDATE ${table} SET ${assign.join(', ')} WHERE ${where.join(' AND ')}`,
    ...Object.values(set),
    ...Object.values(key),
  ]
}
