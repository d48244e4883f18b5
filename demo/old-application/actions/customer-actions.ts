/** Customers come, change, close their accounts, open them again, and are erased. */
import type { CustomerRow } from '../plan/shop.ts'
import { dayNumber } from '../plan/wall-time.ts'
import type { Action, Scene } from './action.ts'
import { placeOrderOf } from './place-order.ts'

/** The shop is not to grow for ever while it runs. */
const customersMax = 400

const names = [
  'Ann Bauer',
  'Zoë Çelik',
  'Jörg Öztürk',
  "Sean O'Neill",
  'María José',
  'Łukasz Nowak',
  '李 小龍',
] as const
const domains = ['example.org', 'Example.COM', 'mail.example.net'] as const

export const registerCustomer: Action = (scene) => {
  if (scene.shop.customers.size >= customersMax || scene.draft.writesLeft < 2) return null
  register(scene)
  return 'register'
}

/** The check-out of a new customer: two aggregates in one transaction. */
export const registerAndOrder: Action = (scene) => {
  if (scene.shop.customers.size >= customersMax || scene.draft.writesLeft < 8) return null
  const { id, del_flg } = register(scene)
  if (del_flg === 'Y') return 'register'
  placeOrderOf(scene, id)
  return 'register and order'
}

function register({ draft, random, shop }: Scene): CustomerRow {
  const row = newCustomer({ id: shop.next.customer++, random, wall: draft.now().wall })
  draft.addCustomer(row)
  // The ORM saves the telephone number with a statement of its own.
  if (random.chance(0.3)) draft.setCustomer(row.id, { phone: phone(random), touched_at: draft.now().wall })
  return row
}

export function newCustomer(options: {
  readonly id: number
  readonly random: Scene['random']
  readonly wall: string
}): CustomerRow {
  const { id, random, wall } = options
  return {
    id,
    store_no: random.integer(1, 4),
    name: random.pick(names),
    email: random.chance(0.15) ? null : email(random, id),
    phone: random.chance(0.3) ? null : phone(random),
    country: random.pick(['DE', 'DE', 'AT', 'CH', 'pl']),
    birth_dt: random.pick([null, 0, 99999999, 19790215, 20000229, 19640101]),
    reg_dt: dayNumber(wall),
    // Accounts that another shop had closed are taken over as they were.
    del_flg: random.chance(0.05) ? 'Y' : 'N',
    touched_at: wall,
  }
}

const email = (random: Scene['random'], id: number): string =>
  random.pick([`Customer.${id}@`, ` c${id}-${random.letters(3)}@`]) + random.pick(domains)

const phone = (random: Scene['random']): string =>
  random.pick(['+49 (30) ', '0', '+41/44-']) + String(random.integer(100, 99_999_999))

export const changeCustomer: Action = (scene) => {
  const { draft, random } = scene
  const customer = random.pickAny(draft.customers())
  if (customer === null || draft.writesLeft < 2) return null
  const { id } = customer
  const set: Partial<CustomerRow> = random.pick<Partial<CustomerRow>>([
    { email: email(random, id) },
    { email: null },
    { phone: phone(random) },
    { name: random.pick(names), email: email(random, id) },
    { country: random.pick(['FR', 'IT']), phone: null },
    // Not one of the columns that anybody outside cares about.
    { birth_dt: 19850704 },
  ])
  const revert = random.chance(0.12)
  draft.setCustomer(id, { ...set, touched_at: draft.now().wall })
  if (revert) {
    const { email: oldEmail, phone: oldPhone, name, country, birth_dt } = customer
    draft.setCustomer(id, { email: oldEmail, phone: oldPhone, name, country, birth_dt, touched_at: draft.now().wall })
  }
  return revert ? 'change customer and revert' : 'change customer'
}

/** Closes an account, or opens a closed one again; sometimes with a new address in the same statement. */
export const flipAccount: Action = ({ draft, random }) => {
  const closed = draft.customers().filter(({ del_flg }) => del_flg === 'Y')
  const open = draft.customers().filter(({ del_flg }) => del_flg === 'N')
  const customer = random.pickAny(random.chance(0.6) && closed.length > 2 ? closed : open)
  if (customer === null || draft.writesLeft < 1) return null
  const { id, del_flg } = customer
  const alsoEmail = random.chance(0.2) ? { email: email(random, id) } : {}
  draft.setCustomer(id, { del_flg: del_flg === 'Y' ? 'N' : 'Y', ...alsoEmail, touched_at: draft.now().wall })
  return del_flg === 'Y' ? 'reactivate' : 'deactivate'
}

/** Only who never ordered can be deleted; often the account is closed first, in the same transaction. */
export const eraseCustomer: Action = ({ draft, random, shop }) => {
  const customer = random.pickAny(draft.customers().filter(({ id }) => !shop.everOrdered.has(id)))
  if (customer === null || draft.writesLeft < 2) return null
  const { id } = customer
  if (random.chance(0.3)) draft.setCustomer(id, { del_flg: 'Y', touched_at: draft.now().wall })
  draft.deleteCustomer(id)
  return 'erase'
}

export const changePrice: Action = ({ draft, random, shop }) => {
  const sku = random.pickAny([...shop.products.keys()])
  if (sku === null || draft.writesLeft < 1) return null
  draft.setProduct(sku, { price_cents: draft.price(sku) + random.integer(-20, 50) })
  return 'change price'
}

/** The web shop shows the name that an article has when it is ordered. */
export const renameProduct: Action = ({ draft, random, shop }) => {
  const product = random.pickAny([...shop.products.values()])
  if (product === null || draft.writesLeft < 1) return null
  const name = `${product.name.replace(/ .*/, '')} ${random.pick(['neu', 'groß', 'klein', 'II'])}`
  draft.setProduct(product.sku, { name, ...(random.chance(0.3) ? { active: !product.active } : {}) })
  return 'rename product'
}
