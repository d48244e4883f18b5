/** What preview, plan and register say of an application that commits row by row. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { installation } from '../../app/bench-project.ts'
import { falsework, type Ran } from '../in-process.ts'
import { type CapturedRow, capturedRecords } from './captured-shop.ts'
import { copiedShop } from './copied-shop.ts'

const mapping = `mapping: web-lines
format: 1
owner: web-team
source: shop
tables: {orders: public.web_orders, lines: public.web_order_lines}
defaults: {namespace: com.acme.weblines, topic: web-lines.v1, key: "string(row.order_id)", partitions: 6}
rules:
  - name: placed
    on: {table: orders, op: insert}
    with:
      items: {table: lines, op: insert, match: {order_id: row.order_id}, rows: 0..100}
    publish:
      - event: WebLines
        fields: {lineCount: "size(items)"}
`
const contract = {
  type: 'record',
  name: 'WebLines',
  namespace: 'com.acme.weblines',
  owner: 'web-team',
  doc: 'Lines of an order.',
  fields: [{ name: 'lineCount', type: 'int', doc: 'How many.' }],
}

const order = (id: number): CapturedRow => ({
  table: 'web_orders',
  after: { order_id: id, customer_id: 7, status: 0, touched_at: 1_769_853_600_000_000 },
})
const line = (id: number): CapturedRow => ({
  table: 'web_order_lines',
  after: { order_id: id, line_no: 1, sku: 'A-1   ', qty: 1, shipped_qty: 0, price_cents: 100 },
})
const ids = (howMany: number): readonly number[] => Array.from({ length: howMany }, (_, at) => at + 1)

async function shopWith(transactions: readonly (readonly CapturedRow[])[]) {
  const { root } = copiedShop()
  writeFileSync(join(root, 'mappings', 'web-lines.yaml'), mapping)
  writeFileSync(join(root, 'contracts', 'WebLines.v1.avsc'), JSON.stringify(contract))
  const { kafka, schemaRegistry } = installation(topicNames(''))
  const topic = topicNames('').rawLog('shop')
  await kafka.topicAdmin.ensure([
    { topic, partitions: 1, config: { 'cleanup.policy': 'delete', 'retention.ms': '-1' } },
  ])
  for (const { key, value } of capturedRecords(transactions)) kafka.cluster.append(topic, { key, value })
  const environment = { FALSEWORK_KEY_CUSTOMER_EMAIL: 'addresses-of-nobody' }
  return async (...parameters: string[]): Promise<Ran> =>
    await falsework(parameters, { folder: root, environment, ports: () => ({ kafka, schemaRegistry }) })
}

const rowByRow = ids(20).flatMap((id) => [[order(id)], [line(id)]])

describe('where the rows of a `with` never come in one transaction with those that ask for them', () => {
  it('preview says so, at the place of the `with`, and how many came soon after', async () => {
    const run = await shopWith(rowByRow)
    const { code, err } = await run('preview', 'web-lines')
    expect(err).toMatch(
      /mappings\/web-lines\.yaml:11:14 +warn(ing)? +FW2407 never-together +none of 20 changes of public\.web_orders had rows of public\.web_order_lines in their source transaction; 20 had them within 3 s: this application commits row by row/,
    )
    expect(err).toContain('read public.web_order_lines with a look-up')
    expect(code).toBe(0)
  })

  it('a preview for programs has it among its warnings', async () => {
    const run = await shopWith(rowByRow)
    const { warnings } = JSON.parse((await run('preview', 'web-lines', '-o', 'json')).out) as { warnings: string[] }
    expect(warnings).toEqual([expect.stringContaining('FW2407 never-together: none of 20')])
  })

  it.each(['plan', 'register'])('%s says so, and is done all the same', async (command) => {
    const run = await shopWith(rowByRow)
    const { code, err } = await run(command, 'web-lines')
    expect(err).toContain('FW2407 never-together')
    expect(code).toBe(0)
  })
})

describe('nothing is said', () => {
  it.each([
    { where: 'some came together', transactions: [...rowByRow, [order(21), line(21)]] },
    { where: 'few have asked', transactions: rowByRow.slice(0, 38) },
    { where: 'there is no raw log yet', transactions: [] },
  ])('where $where', async ({ transactions }) => {
    const run = await shopWith(transactions)
    const { code, err } = await run('plan', 'web-lines')
    expect(err).not.toContain('FW2407')
    expect(code).toBe(0)
  })
})
