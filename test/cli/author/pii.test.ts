/** What `falsework pii` says of the project that the repository is. */
import { globSync } from 'node:fs'
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

  it('shows what leaves of columns that look personal and have no tag, and names those that do not leave', async () => {
    const shop = copiedShop()
    shop.edit('catalog/shop.json', (text) => text.replaceAll(/,\s*"pii": "[^"]*"/g, ''))
    const { code, out, err } = await shop.run('pii')
    expect(out).toMatch(/bornOn +public\.customers\.birth_dt +birth date\? no tag +nothing: age checks/)
    expect(out).toMatch(/initial +public\.customers\.name +name\? no tag +first\(\)/)
    expect(err).toContain('warning: catalog/shop.json: look like personal data by their names and have no tag: ')
    expect(err).toMatch(/public\.customers\.email \(email\).*; add "pii" with the kind to each that is/)
    expect(code).toBe(0)
    const { items } = JSON.parse((await shop.run('pii', '-o', 'json')).out) as { items: { by: string }[] }
    expect(new Set(items.map(({ by }) => by))).toEqual(new Set(['look', 'tag']))
  })

  it('gives no all-clear where nothing that is tagged leaves', async () => {
    const shop = copiedShop()
    for (const path of ['catalog/shop.json', 'catalog/crm.json']) {
      shop.edit(path, (text) => text.replaceAll(/,\s*"pii": "[^"]*"/g, ''))
    }
    for (const path of globSync('{mappings,contracts}/*', { cwd: shop.root })) shop.remove(path)
    expect((await shop.run('pii')).err).toMatch(
      /no field of an event .*; people tag these, and a column without a tag may hold some\n/,
    )
  })
})
