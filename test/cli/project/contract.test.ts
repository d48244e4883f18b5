/** Contracts against the schema registry. */
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
