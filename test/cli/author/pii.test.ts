/** What `falsework pii` says of the project that the repository is. */
import { describe, expect, it } from 'vitest'
import { copiedShop } from '../project/copied-shop.ts'

describe('falsework pii', () => {
  it('names event, field, column and kind, and what hides it or why it may leave', async () => {
    const { code, out, err } = await copiedShop().run('pii')
    expect(out).toMatch(/^EVENT +FIELD +COLUMN +KIND +HIDDEN BY +PLACE\n/)
    expect(out).toMatch(
      /CustomerRegistered\.v1 +emailHash +public\.customers\.email +email +pseudonym\(\) +mappings\/account\.yaml:\d+/,
    )
    expect(out).toMatch(/CustomerRegistered\.v1 +bornOn .* birth date +nothing: age checks of the shops, agreed/)
    expect(out).toMatch(/CustomerRegistered\.v1 +phoneLast4 .* last\(\)/)
    expect([code, err]).toEqual([0, ''])
  })

  it('gives the same as JSON', async () => {
    const { out } = await copiedShop().run('pii', '-o', 'json')
    const { kind, items } = JSON.parse(out) as { kind: string; items: { field: string }[] }
    expect(kind).toBe('PersonalFields')
    expect(items.find(({ field }) => field === 'emailHash')).toMatchObject({
      mapping: 'account',
      event: 'CustomerRegistered.v1',
      column: 'public.customers.email',
      tag: 'email',
      hiddenBy: ['pseudonym'],
      reason: null,
    })
  })

  it('looks through lets', async () => {
    const shop = copiedShop()
    shop.edit('mappings/account.yaml', (text) =>
      text
        .replace('    when: "after.del_flg != \'Y\'"', (found) => `${found}\n    let: {tail: "mask(after.phone, 3)"}`)
        .replace('"last(digits(after.phone), 4)"', '"tail"'),
    )
    expect((await shop.run('pii')).out).toMatch(/phoneLast4 .* mask\(\)/)
  })

  it('names shared fields by their place, and looks through shared lets', async () => {
    const shop = copiedShop()
    shop.edit('mappings/account.yaml', (text) =>
      text
        .replace(
          /^rules:/m,
          'shared:\n  let: {tail: "mask(row.phone, 3)"}\n  fields: {calls: {phoneLast4: "tail"}}\nrules:',
        )
        .replace(/^ +phoneLast4: .*\n/m, '')
        .replace(/( +)- event: CustomerRegistered\n/, '$&$1  use: calls\n'),
    )
    expect((await shop.run('pii')).out).toMatch(/phoneLast4 .* mask\(\) +mappings\/account\.yaml:10:32\n/)
  })

  it('warns of a mapping with a mistake, by which anything might leave, and ends well', async () => {
    const shop = copiedShop()
    shop.edit('mappings/account.yaml', (text) => text.replace('owner:', 'ownr:'))
    const { code, err } = await shop.run('pii')
    expect([code, err]).toEqual([0, expect.stringContaining('mappings/account.yaml has mistakes')])
  })

  it('says so where nothing of the kind leaves', async () => {
    const shop = copiedShop()
    for (const catalog of ['catalog/shop.json', 'catalog/crm.json']) {
      shop.edit(catalog, (text) => text.replaceAll(/,\s*"pii": "[^"]*"/g, ''))
    }
    expect((await shop.run('pii')).err).toContain('no field of an event is made of a column')
  })
})
