/** What a plan says of the fields of events, of personal data and of tests, and what registering says of the same. */
import { describe, expect, it } from 'vitest'
import { copiedBench, type CopiedBench } from './copied-bench.ts'

const mapping = 'mappings/order-changed.yaml'
const catalog = 'catalog/bench.json'
const tests = 'mappings/order-changed.test.yaml'

const tag = (column: string, kind: string) => (text: string) =>
  text.replace(new RegExp(`"name": "${column}",`), `"name": "${column}", "pii": "${kind}",`)

async function registered(before: (copied: CopiedBench) => void = () => undefined): Promise<CopiedBench> {
  const copied = copiedBench()
  before(copied)
  expect((await copied.run('register')).code).toBe(0)
  return copied
}

describe('the fields of a planned revision', () => {
  it('are told where their expression is another one, with the guards of rules', async () => {
    const { run, edit } = await registered()
    edit(mapping, (text) =>
      text.replace("'NONE'", "'UNKNOWN'").replace(`"after.status != 'X'"`, `"after.status in ['P', 'S']"`),
    )
    expect((await run('plan')).out).toBe(`~ order-changed  r1 -> r2  bench  changed
    ~ rule changed when: after.status != 'X' -> after.status in ['P', 'S']
    ~ OrderChanged.v1 carrier: coalesce(after.carrier_cd, 'NONE') -> coalesce(after.carrier_cd, 'UNKNOWN')
    warning: no fixture case: nobody has seen what it makes of a change
`)
    const { items } = JSON.parse((await run('plan', '-o', 'json')).out) as { items: { changes: object[] }[] }
    expect(items[0]?.changes).toEqual([
      expect.objectContaining({ rule: 'changed', event: null, name: 'when', after: "after.status in ['P', 'S']" }),
      expect.objectContaining({ event: 'OrderChanged.v1', kind: 'field', name: 'carrier', through: [] }),
    ])
  })

  it('are told where what they call says something else', async () => {
    const { run, edit } = await registered()
    edit(mapping, (text) => text.replace('N: NEW', 'N: NEWEST'))
    expect((await run('plan')).out).toContain(`
    ~ OrderChanged.v1 status: through orderStatus
    ~ OrderChanged.v1 previousStatus: through orderStatus
`)
  })

  it('are cut to a line, whose whole is in JSON', async () => {
    const { run, edit } = await registered()
    const long = `coalesce(after.carrier_cd, '${'N'.repeat(80)}')`
    edit(mapping, (text) => text.replace("coalesce(after.carrier_cd, 'NONE')", long))
    const { out } = await run('plan')
    expect(out).toMatch(/-> coalesce\(after\.carrier_cd, 'N{31}…\n/)
    expect((await run('plan', '-o', 'json')).out).toContain(long)
  })

  it('are shown to who is asked whether to register them', async () => {
    const { runAsked, edit } = await registered()
    edit(mapping, (text) => text.replace("'NONE'", "'UNKNOWN'"))
    const { err } = await runAsked(async () => await Promise.resolve(false), 'register')
    expect(err).toContain("-> coalesce(after.carrier_cd, 'UNKNOWN')\n")
  })
})

describe('personal data of a planned revision', () => {
  it('is all that leaves, of a first one', async () => {
    const { run, edit } = copiedBench()
    edit(catalog, tag('sku', 'habits'))
    edit(mapping, (text) => text.replace('"trim(after.sku)"', '"mask(trim(after.sku), 2)"'))
    expect((await run('plan')).out).toContain(
      '\n    personal data leaves: public.orders.sku (habits) in OrderChanged.v1 sku, hidden by mask()\n',
    )
  })

  it('is what did not leave before, and what was hidden before', async () => {
    const { run, edit } = await registered(({ edit }) => {
      edit(catalog, (text) => tag('sku', 'habits')(tag('customer_id', 'person')(text)))
      edit(mapping, (text) =>
        text
          .replace('"trim(after.sku)"', '"mask(trim(after.sku), 2)"')
          .replace('"string(after.customer_id)"', '{expr: "string(after.customer_id)", allowPii: "agreed"}'),
      )
    })
    edit(mapping, (text) => text.replace('"mask(trim(after.sku), 2)"', '{expr: "trim(after.sku)", allowPii: "sold"}'))
    const { out } = await run('plan')
    expect(out.match(/personal data leaves.*/g)).toEqual([
      'personal data leaves: public.orders.sku (habits) in OrderChanged.v1 sku, in clear: sold',
    ])
    expect(JSON.parse((await run('plan', '-o', 'json')).out)).toMatchObject({
      items: [{ personal: [{ column: 'public.orders.sku', field: 'sku', hiddenBy: [], reason: 'sold' }] }],
    })
  })
})

describe('a mapping of which nothing was tested', () => {
  it('is registered with a warning, once for each revision', async () => {
    const { run } = copiedBench()
    const first = await run('register')
    expect([first.code, first.err]).toEqual([0, expect.stringContaining(`${mapping}:1:1`)])
    expect(first.err).toContain('FW2341 no-fixture-case')
    expect((await run('register')).err).not.toContain('FW2341')
  })

  it('is none that has a case', async () => {
    const { run, add } = copiedBench()
    add(tests, {
      from: mapping,
      change: () => 'mapping: order-changed\ntests:\n  - {name: nothing, given: {transaction: []}, expect: []}\n',
    })
    expect((await run('plan')).out).not.toContain('no fixture case')
    expect((await run('register')).err).not.toContain('FW2341')
  })
})

describe('a mapping for which nobody answers', () => {
  const unowned = (): CopiedBench => {
    const copied = copiedBench()
    copied.edit(mapping, (text) => text.replace('owner: bench', 'owner: to-be-named'))
    return copied
  }

  it('is warned of by validate, which ends well', async () => {
    const { code, out } = await unowned().run('validate')
    expect([code, out]).toEqual([0, expect.stringContaining(`${mapping}:3:8`)])
  })

  it.each(['plan', 'register'])('is refused by %s, said once, and nothing is made', async (command) => {
    const { run, bench } = unowned()
    const { code, out, err } = await run(command)
    expect([code, out, err.match(/FW2340/g)]).toEqual([1, '', ['FW2340']])
    expect(err).toMatch(/order-changed\.yaml:3:8 +error +FW2340/)
    expect((await bench.kafka.topicAdmin.describe(['order-changes.v1', 'falsework.registry'])).size).toBe(0)
  })
})
