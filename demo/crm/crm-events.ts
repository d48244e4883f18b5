/** What the old applications expect to be published for what they did. They know the contracts and nothing of mappings. */
import { createHmac } from 'node:crypto'
import { type ExpectedEvent, isoDay } from '../old-application/expected/expected-event.ts'
import { type ContactRow, keyOfLevel, type LevelRow, type MoveRow, type ProductRow } from './crm-rows.ts'

export type Origin = 'IMPORT' | 'LIVE'

function ofContact(name: string, { cust_no }: ContactRow, fields: ExpectedEvent['fields']): ExpectedEvent {
  const key = cust_no.trim()
  return { topic: 'contacts.v1', type: `com.acme.crm.${name}`, key, subject: key, time: null, fields }
}

export function contactAdded(row: ContactRow, origin: Origin, emailKey: string): readonly ExpectedEvent[] {
  if (row.del_flg === 'Y') return []
  return [
    ofContact('ContactAdded', row, {
      contactId: row.cust_no.trim(),
      emailHash: emailHash(row, emailKey),
      phoneLast4: row.phone === null ? null : row.phone.replaceAll(/[^0-9]/g, '').slice(-4),
      newsletter: row.nl_opt === 1,
      bornOn: isoDay(row.birth_dt),
      registeredOn: isoDay(row.reg_dt),
      credit: row.credit,
      lastCallAt: row.last_call === null || row.last_call.startsWith('0000') ? null : instantOf(row.last_call),
      origin,
    }),
  ]
}

export function contactChanged(before: ContactRow, after: ContactRow, emailKey: string): readonly ExpectedEvent[] {
  const contactId = after.cust_no.trim()
  if (before.del_flg !== after.del_flg) {
    return [ofContact(after.del_flg === 'Y' ? 'ContactClosed' : 'ContactReopened', after, { contactId })]
  }
  const events: ExpectedEvent[] = []
  if (before.street !== after.street || before.zip !== after.zip || before.city !== after.city) {
    events.push(ofContact('ContactMoved', after, { contactId, zip: after.zip, city: after.city?.trimEnd() ?? null }))
  }
  if (before.email !== after.email) {
    events.push(ofContact('ContactEmailChanged', after, { contactId, emailHash: emailHash(after, emailKey) }))
  }
  return events
}

export const contactErased = (row: ContactRow): ExpectedEvent =>
  ofContact('ContactErased', row, { contactId: row.cust_no.trim(), wasActive: row.del_flg === 'N' })

/** `before` null: it was not there. `picks`: in the order of their numbers. */
export function levelChanged(
  {
    before,
    after,
    picks,
  }: { readonly before: LevelRow | null; readonly after: LevelRow; readonly picks: readonly MoveRow[] },
  product: ProductRow,
): readonly ExpectedEvent[] {
  const key = keyOfLevel(after)
  const common = { key, subject: key, time: null }
  const place = { sku: product.sku.trim(), warehouse: after.whse.trim() }
  const had = before?.qty_on_hand ?? 0
  const changed: ExpectedEvent = {
    ...common,
    topic: 'stock.levels.v1',
    type: 'com.acme.stock.LevelChanged',
    fields: {
      ...place,
      onHand: after.qty_on_hand,
      isCounted: after.flags.split(',').includes('counted'),
      reasons: picks.map(({ reason_cd }) => reason_cd.trim()),
    },
  }
  if (before !== null && before.qty_on_hand === after.qty_on_hand) return []
  if (had <= 0 || (after.qty_on_hand ?? 0) > 0) return [changed]
  return [changed, { ...common, topic: 'stock.alerts.v1', type: 'com.acme.stock.Depleted', fields: place }]
}

/** On a compacted topic: whoever reads it later finds nothing under the key. */
export function levelRemoved(row: LevelRow): ExpectedEvent {
  const key = keyOfLevel(row)
  return { topic: 'stock.levels.v1', type: 'tombstone', key, subject: '', time: null, fields: {} }
}

/** Of a time without zone that means UTC. */
const instantOf = (text: string): string => `${text.replace(' ', 'T')}.000000Z`

const emailHash = ({ email }: ContactRow, key: string): string | null =>
  email === null ? null : createHmac('sha256', key).update(email.trim().toLowerCase()).digest('hex')
