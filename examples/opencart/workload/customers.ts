/** Accounts, addresses, and points that somebody gives. */
import { Commits } from './commits.ts'
import { type Address, countries, type Customer, type World } from './world.ts'

const topic = 'customers.v1'
const person = { firstname: 'Ann', lastname: 'Bauer', telephone: '' }

export function register(world: World): Commits {
  const id = world.id()
  const enabled = world.random.chance(0.8)
  const newsletter = world.random.chance(0.5)
  // A customer who comes by an import has no date.
  const isImported = world.random.chance(0.2)
  world.customers.set(id, { id, enabled, newsletter })
  const account = { ...person, email: `u${id}@Example.org`, password: '', custom_field: '', ip: '192.0.2.1', safe: 0 }
  return new Commits()
    .insert('oc_customer', {
      customer_id: id,
      customer_group_id: 1,
      store_id: 0,
      language_id: 1,
      ...account,
      newsletter: Number(newsletter),
      status: Number(enabled),
      date_added: isImported ? '0000-00-00T00:00:00' : world.now,
    })
    .expect(topic, 'CustomerRegistered', id, {
      newsletter,
      approved: enabled,
      ...(!isImported && { registeredAt: world.instant }),
    })
}

export function changeAccount(world: World): Commits {
  const customer = world.any(world.customers)
  const { id } = customer
  const commits = new Commits()
  if (world.random.chance(0.3)) return commits.update('oc_customer', { customer_id: id }, { ip: `192.0.2.${id % 250}` })
  if (world.random.chance(0.15) && world.customers.size > 5) return erase(world, customer)
  if (world.random.chance(0.5)) {
    customer.newsletter = !customer.newsletter
    return commits
      .update('oc_customer', { customer_id: id }, { newsletter: Number(customer.newsletter) })
      .expect(topic, 'NewsletterChanged', id, { subscribed: customer.newsletter })
  }
  customer.enabled = !customer.enabled
  return commits
    .update('oc_customer', { customer_id: id }, { status: Number(customer.enabled) })
    .expect(topic, 'CustomerStatusChanged', id, { enabled: customer.enabled })
}

/** No foreign key takes the rest along: the application does. Orders stay, with a number that leads nowhere. */
function erase(world: World, customer: Customer): Commits {
  const { id, enabled } = customer
  world.customers.delete(id)
  const commits = new Commits()
    .delete('oc_customer', { customer_id: id })
    .expect(topic, 'CustomerErased', id, { wasEnabled: enabled })
  for (const address of [...world.addresses.values()].filter((each) => each.customer === customer))
    removeAddress(world, commits, address)
  for (const reward of [...world.rewards.values()].filter((each) => each.customer === customer)) {
    world.rewards.delete(reward.id)
    commits
      .delete('oc_customer_reward', { customer_reward_id: reward.id })
      .expect('rewards.v1', 'RewardPointsWithdrawn', id, { rewardId: String(reward.id), points: reward.points })
  }
  return commits
}

export function addAddress(world: World): Commits {
  const id = world.id()
  const customer = world.any(world.customers)
  const place = anywhere(world)
  world.addresses.set(id, { id, customer, city: place.city, isDefault: false })
  const names = { firstname: 'Ann', lastname: 'Bauer', company: '', address_2: '', custom_field: '' }
  return new Commits()
    .insert('oc_address', { address_id: id, customer_id: customer.id, ...names, ...place, zone_id: 0, default: 0 })
    .expect(topic, 'AddressChanged', customer.id, { addressId: String(id), isNew: true, ...readable(place) })
}

export function changeAddress(world: World): Commits {
  if (world.addresses.size === 0) return addAddress(world)
  const address = world.any(world.addresses)
  const { id, customer } = address
  if (world.random.chance(0.2)) return removeAddress(world, new Commits(), address)
  if (world.random.chance(0.3)) {
    address.isDefault = !address.isDefault
    return new Commits().update('oc_address', { address_id: id }, { default: Number(address.isDefault) })
  }
  const place = anywhere(world)
  return new Commits()
    .update('oc_address', { address_id: id }, { ...place })
    .expect(topic, 'AddressChanged', customer.id, {
      addressId: String(id),
      isNew: false,
      isDefault: address.isDefault,
      ...readable(place),
    })
}

function removeAddress(world: World, commits: Commits, { id, customer }: Address): Commits {
  world.addresses.delete(id)
  return commits
    .delete('oc_address', { address_id: id })
    .expect(topic, 'AddressRemoved', customer.id, { addressId: String(id) })
}

interface Place {
  readonly address_1: string
  readonly city: string
  readonly postcode: string
  readonly country_id: number
}

const anywhere = (world: World): Place => ({
  address_1: `Weg ${world.id()}`,
  city: world.random.pick(['Berlin', 'Köln', 'York']),
  postcode: world.random.pick(['', '10115', 'YO1']),
  country_id: world.random.pick([0, 81, 222]),
})

const readable = ({ city, postcode, country_id }: Place): Readonly<Record<string, unknown>> => ({
  city,
  postcode: postcode === '' ? null : postcode,
  country: countries[country_id] ?? null,
})
