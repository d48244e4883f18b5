import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseCatalog } from '../../../../src/core/catalog/catalog-file.ts'
import { checkMapping } from '../../../../src/core/mapping/check/check-mapping.ts'
import { runFixtures } from '../../../../src/core/mapping/fixtures/run-fixtures.ts'
import { contractOf } from '../../event/contracts.ts'
import { settings } from '../../expression/scopes.ts'
import { surroundings } from '../sample.ts'

const root = join(import.meta.dirname, '..', '..', '..', '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

const field = (name: string, type: unknown): object => ({ name, type, doc: 'what it is' })
const contract = contractOf({
  type: 'record',
  name: 'OrderConfirmed',
  namespace: 'com.acme.orders',
  owner: 'sales-team',
  doc: 'An order was paid.',
  fields: [
    field('orderId', 'string'),
    field('country', 'string'),
    field('lines', {
      type: 'array',
      items: {
        type: 'record',
        name: 'ConfirmedLine',
        fields: [
          field('sku', 'string'),
          { ...field('product', ['null', 'string']), default: null },
          field('quantity', 'int'),
        ],
      },
    }),
  ],
})

it('the mapping on the page about look-ups does what its fixtures say', () => {
  const [mappingText = '', fixtures = ''] = [...read('docs/look-ups.md').matchAll(/```yaml\n(.*?)```/gs)].map(
    ([, text = '']) => text,
  )
  const parsed = parseCatalog({ text: read('catalog/shop.json'), file: 'shop.json' })
  if (parsed.kind === 'refused') throw new Error('the catalog of the shop cannot be read')
  const { catalog } = parsed
  const shop = {
    ...surroundings,
    keepsRows: () => true,
    catalog,
    contracts: new Map([['OrderConfirmed.v1', contract]]),
  }
  const { mapping, problems } = checkMapping({ text: mappingText, file: 'look-ups.md' }, new Map([['shop', shop]]))
  expect(problems).toEqual([])
  if (mapping === null) return
  const run = runFixtures(
    { text: fixtures, file: 'look-ups.md' },
    new Map([['order-confirmed', { mapping, settings }]]),
  )
  expect(run.problems).toEqual([])
  expect(run.cases.map(({ outcome, differences }) => ({ outcome, differences }))).toEqual(
    Array.from({ length: 2 }, () => ({ outcome: 'passed', differences: [] })),
  )
})
