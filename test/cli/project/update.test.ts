/** What `falsework test --update` writes, shows, and refuses. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CopiedShop, copiedShop } from './copied-shop.ts'
import { falsework } from '../in-process.ts'

const fixtures = 'mappings/product.test.yaml'
const textOf = ({ root }: CopiedShop, path = fixtures): string => readFileSync(join(root, path), 'utf8')

/** A shop whose fixture expects another price, and what it was before. */
function spoilt(): { readonly shop: CopiedShop; readonly sound: string } {
  const shop = copiedShop()
  const sound = textOf(shop)
  shop.edit(fixtures, (text) => text.replace(/price: "[\d.]+"/, 'price: "0.01"'))
  expect(textOf(shop)).not.toBe(sound)
  return { shop, sound }
}

describe('falsework test --update', () => {
  it('writes what came out, shows the lines that differ, and tests again', async () => {
    const { shop, sound } = spoilt()
    const { code, out, err } = await shop.run('test', 'product', '--update')
    expect(textOf(shop)).toBe(sound)
    expect(out).toMatch(
      /^mappings\/product\.test\.yaml\n(?: +\d+ .*\n)* +\d+ - .*price: "0\.01".*\n +\d+ \+ .*price: "/,
    )
    expect(out).toContain(' PASS  product ')
    expect(err).toBe(`wrote ${fixtures}: 1 test case\n3 cases, 3 passed, 0 failed\n`)
    expect(code).toBe(0)
  })

  it('writes nothing where every fixture holds', async () => {
    const shop = copiedShop()
    const before = textOf(shop)
    const { code, err } = await shop.run('test', 'product', '--update')
    expect([code, err, textOf(shop)]).toEqual([0, 'nothing to update\n3 cases, 3 passed, 0 failed\n', before])
  })

  it('leaves the fixtures of mappings alone that are not named', async () => {
    const { shop } = spoilt()
    const before = textOf(shop)
    await shop.run('test', 'account', '--update')
    expect(textOf(shop)).toBe(before)
  })

  it('leaves a case with a mistake as it is, and is red', async () => {
    const { shop } = spoilt()
    shop.edit(fixtures, (text) => text.replace('price: "0.01"', 'price: "0.01", prise: 1'))
    const before = textOf(shop)
    const { code, out } = await shop.run('test', 'product', '--update')
    expect(textOf(shop)).toBe(before)
    expect(out).toContain("the event has no field 'prise'")
    expect(code).toBe(1)
  })

  it('gives programs the runs as they are afterwards, and nothing but them', async () => {
    const { shop } = spoilt()
    const { out } = await shop.run('test', 'product', '--update', '-o', 'json')
    expect(JSON.parse(out)).toMatchObject({ kind: 'FixtureRuns', items: [{ verdict: 'passed' }] })
  })

  it('is refused in a workflow unless it is meant', async () => {
    const { shop, sound } = spoilt()
    const run = async (...parameters: string[]) =>
      await falsework(['test', 'product', '--update', ...parameters], {
        folder: shop.root,
        environment: { CI: 'true' },
      })
    const { code, err } = await run()
    expect(err).toContain('error USAGE: --update would make every fixture hold, and the variable CI is set')
    expect([code, textOf(shop) === sound]).toEqual([64, false])
    expect([(await run('--yes')).code, textOf(shop) === sound]).toEqual([0, true])
  })

  it('is not what a watch does', async () => {
    const { code, err } = await copiedShop().run('test', '--update', '--watch')
    expect(err).toContain("option '--update' cannot be used with option '--watch'")
    expect(code).toBe(64)
  })
})
