/** What `falsework test` calls green, and what it does not. */
import { describe, expect, it } from 'vitest'
import { copiedShop } from './copied-shop.ts'

const fixtures = 'mappings/product.test.yaml'

describe('falsework test', () => {
  it.each([
    ['its name', ['product']],
    ['its file', ['mappings/product.yaml']],
    ['the file of its fixtures', [fixtures]],
    ['two of them, once', ['product', 'mappings/product.yaml']],
  ])('runs the cases of the mapping that is named by %s, and no others', async (_how, parameters) => {
    const { code, out, err } = await copiedShop().run('test', ...parameters)
    expect(out).toMatch(/^ PASS {2}product +3 cases {2}2 of 2 branches\n$/)
    expect([code, err]).toEqual([0, '3 cases, 3 passed, 0 failed\n'])
  })

  it('takes paths from where it is called', async () => {
    const { code, err } = await copiedShop().runIn('mappings', 'test', 'product.yaml')
    expect([code, err]).toEqual([0, '3 cases, 3 passed, 0 failed\n'])
  })

  it.each([
    ['prodct', `there is no mapping 'prodct'; did you mean "product"?`],
    [
      'mappings/prodct.yaml',
      `there is no file 'mappings/prodct.yaml' in the project; did you mean "mappings/product.yaml"?`,
    ],
  ])('names what was probably meant with %s, and tests nothing', async (text, message) => {
    const { code, out, err } = await copiedShop().run('test', text)
    expect(err).toContain(`error UNKNOWN_NAME: ${message}`)
    expect([code, out]).toEqual([1, ''])
  })

  it.each([
    ['no test in its file', () => 'mapping: product\ntests: []\n'],
    ['no file of fixtures', null],
  ])('is not green for a named mapping with %s; of all it warns', async (_what, change) => {
    const shop = copiedShop()
    if (change === null) shop.remove(fixtures)
    else shop.edit(fixtures, change)
    const named = await shop.run('test', 'product')
    expect(named.out).toMatch(/^ NONE {2}product +0 cases/)
    expect(named.err).toContain('warning: product has no test case')
    expect(named.code).toBe(1)
    const all = await shop.run('test')
    expect(all.err).toContain('warning: product has no test case')
    expect(all.code).toBe(0)
  })

  it.each([
    ['an empty file of fixtures', fixtures, () => ''],
    ['a mistake of YAML in its fixtures', fixtures, () => 'mapping: product\ntests: [\n'],
    ['a mistake in itself', 'mappings/product.yaml', (text: string) => text.replace('owner:', 'ownr:')],
  ])('fails a mapping with %s, and shows the place', async (_what, path, change) => {
    const shop = copiedShop()
    shop.edit(path, change)
    const { code, out } = await shop.run('test', 'product')
    expect(out).toMatch(new RegExp(`^${path}:\\d+:\\d+ +error`, 'm'))
    expect(out).toMatch(/^ FAIL {2}product /m)
    expect(out).not.toContain('PASS')
    expect(code).toBe(1)
  })

  it('says nothing of mistakes in another mapping than the one that is named', async () => {
    const shop = copiedShop()
    shop.edit('mappings/account.yaml', () => '<<<<<<< HEAD')
    expect((await shop.run('test', 'product')).code).toBe(0)
    expect((await shop.run('test')).code).toBe(1)
  })

  it('fails for fixtures of a mapping that there is not', async () => {
    const shop = copiedShop()
    shop.edit(fixtures, (text) => text.replace('mapping: product', 'mapping: prodct'))
    const { code, out } = await shop.run('test')
    expect(out).toContain("there is no sound mapping 'prodct'")
    expect(code).toBe(1)
  })

  it('gives programs the verdicts, and the mistakes in files', async () => {
    const shop = copiedShop()
    shop.edit('mappings/product.yaml', (text) => text.replace('owner:', 'ownr:'))
    const { code, out } = await shop.run('test', 'product', 'web-order', '-o', 'json')
    expect(JSON.parse(out)).toMatchObject({
      kind: 'FixtureRuns',
      items: [
        { mapping: 'product', verdict: 'failed' },
        { mapping: 'web-order', verdict: 'passed' },
      ],
      problems: [{ place: { file: 'mappings/product.yaml' } }],
    })
    expect(code).toBe(1)
  })

  it('names each branch that no fixture has reached, with its condition, where that is asked for', async () => {
    const shop = copiedShop()
    shop.edit('mappings/web-order.test.yaml', (text) =>
      text.slice(0, text.indexOf('- name:', text.indexOf('- name:') + 1)),
    )
    expect((await shop.run('test', 'web-order')).out).not.toContain('not reached')
    const { code, out } = await shop.run('test', 'web-order', '--coverage')
    expect(out).toMatch(/^branch coverage \d+%: \d+ of 13$/m)
    expect(out).toMatch(/^ {2}not reached {2}mappings\/web-order\.yaml:\d+ {2}.* when (true|false) {3}\S/m)
    expect(code).toBe(0)
  })

  it('claims no coverage where no mapping could be run', async () => {
    const shop = copiedShop()
    shop.edit('mappings/web-order.yaml', (text) => `${text}\n: {`)
    const { code, out } = await shop.run('test', 'web-order', '--coverage')
    expect(out).toContain('branch coverage is not known: no mapping was run\n')
    expect(code).toBe(1)
  })
})
