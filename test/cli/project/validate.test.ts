/** Which files `falsework validate` looks at, and the forms in which it tells its mistakes. */
import { describe, expect, it } from 'vitest'
import { copiedShop } from './copied-shop.ts'

const misspelt = (text: string): string => text.replace('owner:', 'ownr:')

describe('falsework validate', () => {
  it('runs the fixtures: a case that does not hold is a mistake at its place', async () => {
    const shop = copiedShop()
    shop.edit('mappings/product.test.yaml', (text) => text.replace(/event: \w+/, 'event: ProductEaten'))
    const { code, out, err } = await shop.run('validate')
    expect(out).toMatch(/^mappings\/product\.test\.yaml:\d+:\d+ +error +FW\d+ /m)
    expect(err).toMatch(/^\d+ errors?, 0 warnings in \d+ files, \d+ test cases\n$/)
    expect(code).toBe(1)
  })

  it('says how many files and test cases there were', async () => {
    const { code, out, err } = await copiedShop().run('validate', 'product')
    expect([code, out, err]).toEqual([0, '', '0 errors, 0 warnings in 2 files, 3 test cases\n'])
  })

  it('tells mistakes of the files that are named, and of what every mapping needs', async () => {
    const shop = copiedShop()
    shop.edit('mappings/product.yaml', misspelt)
    expect((await shop.run('validate', 'mappings/account.yaml')).code).toBe(0)
    expect((await shop.run('validate', 'mappings/product.yaml')).out).toContain('unknown key ownr')
    shop.edit('catalog/shop.json', () => '[]')
    expect((await shop.run('validate', 'account')).out).toContain('catalog/shop.json:1:1')
    expect((await shop.run('validate', 'contracts/OrderPlaced.v1.avsc')).code).toBe(0)
  })

  it('gives GitHub annotations, with paths from the folder that it runs in', async () => {
    const shop = copiedShop()
    shop.edit('mappings/product.yaml', misspelt)
    const { code, out } = await shop.runIn('mappings', 'validate', 'product.yaml', '-o', 'github')
    const lines = out.trimEnd().split('\n')
    for (const line of lines) {
      expect(line).toMatch(/^::error file=product\.yaml,line=\d+,col=\d+,endColumn=\d+,title=FW\d+ [\w-]+::[^\n]+$/)
    }
    expect([code, lines.length > 0]).toEqual([1, true])
  })

  it('of a connector file that holds no settings names the place', async () => {
    const shop = copiedShop()
    shop.edit('connectors/shop-postgres.json', () => 'null')
    const { code, out } = await shop.run('validate')
    expect(out).toMatch(/^connectors\/shop-postgres\.json:1:1 +error +CONFIG_INVALID/m)
    expect(code).toBe(1)
  })
})
