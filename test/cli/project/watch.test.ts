/** What `--watch` runs again, and when it ends. */
import { describe, expect, it } from 'vitest'
import { falsework, type Ran } from '../in-process.ts'
import { type CopiedShop, copiedShop } from './copied-shop.ts'

/** Edits the project while the command waits, one after the other; then it is interrupted. */
async function watched(shop: CopiedShop, parameters: readonly string[], edits: readonly (() => void)[]): Promise<Ran> {
  const interrupted = new AbortController()
  const left = [...edits]
  let open = 0
  const ran = await falsework([...parameters, '--watch'], {
    folder: shop.root,
    environment: { FALSEWORK_KEY_CUSTOMER_EMAIL: 'addresses-of-nobody' },
    interrupted: interrupted.signal,
    watch: () => {
      open += 1
      return {
        changed: async () => {
          const edit = left.shift()
          if (edit === undefined) interrupted.abort()
          else edit()
          await Promise.resolve()
        },
        close: () => (open -= 1),
      }
    },
  })
  expect(open).toBe(0)
  return ran
}

const spoil = (shop: CopiedShop): void => shop.edit('mappings/product.yaml', (text) => text.replace('owner:', 'ownr:'))
const mend = (shop: CopiedShop): void => shop.edit('mappings/product.yaml', (text) => text.replace('ownr:', 'owner:'))

describe('--watch', () => {
  it('tests again after each change, a mistake and its correction included, until it is interrupted', async () => {
    const shop = copiedShop()
    const { code, out, err } = await watched(shop, ['test', 'product'], [() => spoil(shop), () => mend(shop)])
    expect(out.match(/^ (PASS|FAIL)/gm)).toEqual([' PASS', ' FAIL', ' PASS'])
    expect(err.match(/^waiting for a change of the files$/gm)).toHaveLength(3)
    expect(code).toBe(130)
  })

  it('validates again in the same way', async () => {
    const shop = copiedShop()
    const { out, err } = await watched(shop, ['validate', 'product'], [() => spoil(shop)])
    expect(out).toContain('mappings/product.yaml:')
    expect(err.match(/^(no|\d+) (error|problem).*/gm)).toHaveLength(2)
  })

  it('goes on after a mistake in the settings of the project, which are read anew', async () => {
    const shop = copiedShop()
    const settings: string[] = []
    const spoilSettings = (): void =>
      shop.edit('falsework.yaml', (text) => {
        settings.push(text)
        return `${text}\nnonsense: 1\n`
      })
    const mendSettings = (): void => shop.edit('falsework.yaml', () => settings[0] ?? '')
    const { out, err } = await watched(shop, ['test', 'product'], [spoilSettings, mendSettings])
    expect(err).toContain('nonsense')
    expect(out.match(/^ PASS/gm)).toHaveLength(2)
  })

  it('has nothing to watch where there is no project', async () => {
    const { code, err } = await falsework(['test', '--watch'], { folder: '/' })
    expect(err).toContain('error NO_PROJECT')
    expect(code).toBe(64)
  })
})
