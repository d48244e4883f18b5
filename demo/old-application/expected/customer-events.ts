/** The events of one customer in one transaction, from what they were before and what they are after. */
import { createHmac } from 'node:crypto'
import type { CustomerRow } from '../plan/shop.ts'
import type { Change } from '../plan/transaction-draft.ts'
import { instantOfWall, instantText } from '../plan/wall-time.ts'
import { type ExpectedEvent, isoDay } from './expected-event.ts'

export function customerEvents({ before, after }: Change<CustomerRow>, emailKey: string): readonly ExpectedEvent[] {
  if (before === null) return after === null || after.del_flg === 'Y' ? [] : [registered(after, emailKey)]
  if (after === null) {
    const { id, store_no, del_flg } = before
    return [event('CustomerErased', before, { customerId: String(id), storeNo: store_no, wasActive: del_flg === 'N' })]
  }
  if (before.del_flg !== after.del_flg) {
    const at = instantText(instantOfWall(after.touched_at))
    const name = after.del_flg === 'Y' ? 'CustomerDeactivated' : 'CustomerReactivated'
    return [{ ...event(name, after, { customerId: String(after.id), at }), time: at }]
  }
  return changed({ before, after, emailKey })
}

function event(name: string, { id }: CustomerRow, fields: ExpectedEvent['fields']): ExpectedEvent {
  const key = String(id)
  return { topic: 'customers.v1', type: `com.acme.customers.${name}`, key, subject: key, time: null, fields }
}

function registered(row: CustomerRow, emailKey: string): ExpectedEvent {
  return event('CustomerRegistered', row, {
    customerId: String(row.id),
    storeNo: row.store_no,
    initial: initial(row),
    emailHash: emailHash(row, emailKey),
    phoneLast4: row.phone === null ? null : row.phone.replaceAll(/[^0-9]/g, '').slice(-4),
    country: country(row),
    bornOn: row.birth_dt === null ? null : isoDay(row.birth_dt),
    registeredOn: isoDay(row.reg_dt),
  })
}

interface Changed {
  readonly before: CustomerRow
  readonly after: CustomerRow
  readonly emailKey: string
}

function changed({ before, after, emailKey }: Changed): readonly ExpectedEvent[] {
  const events: ExpectedEvent[] = []
  const customerId = String(after.id)
  if (before.name !== after.name || before.phone !== after.phone || before.country !== after.country) {
    const phoneMasked = after.phone === null ? null : after.phone.replaceAll(/.(?=.{3})/gu, '*')
    const fields = { customerId, initial: initial(after), phoneMasked, country: country(after) }
    events.push(event('CustomerChanged', after, fields))
  }
  if (before.email !== after.email) {
    events.push(event('CustomerEmailChanged', after, { customerId, emailHash: emailHash(after, emailKey) }))
  }
  return events
}

/** The first character, which may be two of UTF-16. */
function initial({ name }: CustomerRow): string {
  const code = name.trim().codePointAt(0)
  return code === undefined ? '' : String.fromCodePoint(code).toUpperCase()
}

const country = (row: CustomerRow): string => row.country.trim().toUpperCase()

function emailHash({ email }: CustomerRow, key: string): string | null {
  return email === null ? null : createHmac('sha256', key).update(email.trim().toLowerCase()).digest('hex')
}
