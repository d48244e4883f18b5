/** Contracts against the schema registry, and as documents for consumers. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { copiedBench } from './copied-bench.ts'

const contract = 'contracts/OrderChanged.v1.avsc'
const channel = '{"name": "channel", "type": ["null", "string"], "default": null, "doc": "Where."}'

describe('falsework contract check', () => {
  it('says which contracts are released as they are', async () => {
    const { run } = copiedBench()
    expect((await run('contract', 'check')).out).toMatch(/OrderChanged\.v1 +order-changes\.v1-\S+ +new\n$/)
    await run('register')
    const { code, out } = await run('contract', 'check')
    expect(out).toMatch(/OrderChanged\.v1 +order-changes\.v1-com\.acme\.bench\.OrderChanged +unchanged\n$/)
    expect(code).toBe(0)
  })

  it('names the fields of a compatible change', async () => {
    const { run, edit } = copiedBench()
    await run('register')
    edit(contract, (text) => text.replace('"fields": [', `"fields": [\n    ${channel},`))
    const { code, out } = await run('contract', 'check')
    expect(out).toMatch(/changed +\+ channel\n$/)
    expect(code).toBe(0)
  })

  it('names the field that breaks a promise, and changes nothing', async () => {
    const { run, edit, bench } = copiedBench()
    await run('register')
    edit(contract, (text) =>
      text.replace('"fields": [', `"fields": [\n    ${channel.replace('"default": null, ', '')},`),
    )
    edit('mappings/order-changed.yaml', (text) =>
      text.replace('        fields:', '        fields:\n          channel: "\'web\'"'),
    )
    const { code, err } = await run('contract', 'check')
    expect(err).toMatch(/contracts\/OrderChanged\.v1\.avsc:8:5 +error +FW2409 .*field channel/)
    expect(code).toBe(1)
    expect(await bench.schemaRegistry.versions('order-changes.v1-com.acme.bench.OrderChanged')).toHaveLength(1)
  })

  it('compares no contract that no mapping publishes, and says so', async () => {
    const { run, add } = copiedBench()
    add('contracts/OrderLost.v1.avsc', {
      from: contract,
      change: (text) => text.replaceAll('OrderChanged', 'OrderLost'),
    })
    const { code, err } = await run('contract', 'check')
    expect(err).toContain('warning: OrderLost.v1 is published by no mapping, and was not compared\n')
    expect(code).toBe(0)
  })
})

describe('falsework contract docs', () => {
  const written = ({ root }: { readonly root: string }, folder: string): readonly string[] =>
    ['asyncapi.json', 'events.md'].map((file) => readFileSync(join(root, folder, file), 'utf8'))

  it('writes channels and messages with their schemas, keys and headers', async () => {
    const bench = copiedBench()
    expect((await bench.run('contract', 'docs')).code).toBe(0)
    const [document = ''] = written(bench, 'docs/events')
    expect(JSON.parse(document)).toMatchObject({
      asyncapi: '3.0.0',
      channels: { 'order-changes.v1': { address: 'order-changes.v1', bindings: { kafka: { partitions: 6 } } } },
      operations: { 'publish.order-changes.v1': { action: 'send' } },
      components: {
        messages: {
          'OrderChanged.v1': {
            name: 'com.acme.bench.OrderChanged',
            summary: 'The status of an order has changed.',
            payload: { schema: { type: 'record', name: 'OrderChanged' } },
            bindings: { kafka: { key: { type: 'string' } } },
          },
        },
        schemas: { headers: { properties: { ce_id: { type: 'string' } } } },
      },
    })
  })

  it('names on its page every field with its type and meaning', async () => {
    const bench = copiedBench()
    await bench.run('contract', 'docs', '--out', 'site')
    const [, page] = written(bench, 'site')
    expect(page).toContain('| [OrderChanged.v1](#orderchangedv1) | order-changes.v1 | bench |')
    expect(page).toContain('| total | decimal(19,2) | What it costs. |')
    expect(page).toContain('| discount | decimal(5,2)? | Percent. |')
  })

  it('writes the same for the same files', async () => {
    const bench = copiedBench()
    await bench.run('contract', 'docs', '--out', 'one')
    await bench.run('contract', 'docs', '--out', 'other')
    expect(written(bench, 'other')).toEqual(written(bench, 'one'))
  })

  it('writes nothing of a project with a mistake', async () => {
    const { run, edit } = copiedBench()
    edit('mappings/order-changed.yaml', (text) => text.replace('after.store_no', 'after.stor_no'))
    const { code, err } = await run('contract', 'docs')
    expect(err).toContain('; nothing was written\n')
    expect(code).toBe(1)
  })
})
