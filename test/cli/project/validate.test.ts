/** Which files `falsework validate` looks at, and the forms in which it tells its mistakes. */
import { describe, expect, it } from 'vitest'
import { copiedShop } from './copied-shop.ts'

const misspelt = (text: string): string => text.replace('owner:', 'ownr:')

/** The file with a thousand keys that nobody knows. */
function withUnknownKeys(file: string, text: string): string {
  const keys = Array.from({ length: 1000 }, (_, at) => `unknown${at}`)
  if (!file.endsWith('.json')) return `${text}\n${keys.map((key) => `${key}: 1\n`).join('')}`
  return text.trimEnd().replace(/\}$/, `,${keys.map((key) => `"${key}":{}`).join(',')}}`)
}

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

  it.each(['catalog/shop.json', 'connectors/shop-postgres.json', 'mappings/product.yaml'])(
    'tells a hundred mistakes of %s at most, and how many more there are',
    async (file) => {
      const shop = copiedShop()
      shop.edit(file, (text) => withUnknownKeys(file, text))
      const { out, err } = await shop.run('validate', '-o', 'json')
      const { items, omitted } = JSON.parse(out) as { readonly items: readonly unknown[]; readonly omitted: unknown }
      expect([items.length, omitted]).toEqual([100, [{ file, count: 900 }]])
      expect(err).toMatch(/^1000 errors, /)
      const annotated = (await shop.run('validate', '-o', 'github')).out.trimEnd().split('\n')
      expect([annotated.length, annotated.at(-1)]).toEqual([101, `::notice file=${file}::900 more`])
    },
  )

  it('tells a hundred mistakes of falsework.yaml at most', async () => {
    const shop = copiedShop()
    shop.edit('falsework.yaml', (text) => withUnknownKeys('falsework.yaml', text))
    const lines = (await shop.run('validate')).err.split('\n').filter((line) => line.includes('falsework.yaml:'))
    expect([lines.length, lines.at(-1)]).toEqual([101, expect.stringMatching(/falsework\.yaml: 900 more$/)])
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
