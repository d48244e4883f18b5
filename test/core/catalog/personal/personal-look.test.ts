/** Which columns look like personal data, in the words of English and German schemas. */
import { describe, expect, it } from 'vitest'
import { lookOfName, lookOfValues } from '../../../../src/core/catalog/personal/personal-look.ts'
import { tableName } from '../../../../src/core/catalog/catalog.ts'

const look = (name: string, type = 'text', table = 'things'): string | null =>
  lookOfName({ name: tableName('public', table) }, { name, type })

describe('the name of a column', () => {
  it.each([
    ['email', 'email'],
    ['EMAIL_ADDRESS', 'email'],
    ['contactEmail', 'email'],
    ['e_mail', 'email'],
    ['phone2', 'phone'],
    ['Telefonnummer', 'phone'],
    ['first_name', 'name'],
    ['lastName', 'name'],
    ['kunden_nachname', 'name'],
    ['Straße', 'address'],
    ['lieferanschrift', 'address'],
    ['address_1', 'address'],
    ['ip_address', 'ip address'],
    ['last_login_ip', 'ip address'],
    ['geburtsdatum', 'birth date'],
    ['date_of_birth', 'birth date'],
    ['iban', 'bank account'],
    ['ssn', 'identity number'],
    ['tax_id', 'identity number'],
    ['Geschlecht', 'gender'],
    ['password_hash', 'secret'],
  ])('%s stands for %s', (name, kind) => {
    expect(look(name)).toBe(kind)
  })

  it.each([
    ['status', 'text'],
    ['description', 'text'],
    ['strip', 'text'],
    ['shipping_code', 'text'],
    ['headphones', 'text'],
    ['email_verified', 'text'],
    ['email', 'boolean'],
    ['address_id', 'bigint'],
    ['mail_sent_at', 'timestamp without time zone'],
    ['name', 'text'],
    ['phone_count', 'integer'],
  ])('%s of type %s stands for none', (name, type) => {
    expect(look(name, type)).toBeNull()
  })

  it('is a name of a person in a table of persons alone', () => {
    expect([
      look('name', 'text', 'cust_mast'),
      look('name', 'text', 'Kunden'),
      look('name', 'text', 'products'),
    ]).toEqual(['name', 'name', null])
  })

  it('may stand for a number where the kind is one', () => {
    expect([look('birth_dt', 'integer'), look('phone', 'bigint'), look('street', 'integer')]).toEqual([
      'birth date',
      'phone',
      null,
    ])
  })
})

describe('values', () => {
  it.each([
    ['email', ['ana@example.com', 'N', 'N', '']],
    ['ip address', ['192.0.2.17']],
    ['ip address', ['2001:db8::1']],
    ['phone', ['+41 44 123 45 67', '030/1234567']],
    ['bank account', ['CH93 0076 2011 6238 5295 7']],
  ])('look like %s', (kind, values) => {
    expect(lookOfValues(values)).toBe(kind)
  })

  it.each([
    ['codes', ['N', 'P', 'X']],
    ['days', ['2026-01-31', '31.01.2026', '01-02-2026']],
    ['versions and times', ['1.2.3', '10:30', '10:30:00']],
    ['article numbers', ['0123456789', '4006381333931', 'AB12-3456']],
    ['one mail address among many texts', [...Array.from({ length: 20 }, () => 'text'), 'ana@example.com']],
    ['nothing', ['', ' ']],
  ])('that are %s look like none', (_what, values) => {
    expect(lookOfValues(values)).toBeNull()
  })
})
