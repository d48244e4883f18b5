/** What a changed mapping makes otherwise than the revision that is registered. */
import { describe, expect, it } from 'vitest'
import type { DifferingTransaction } from '../../../src/app/project/preview/shown-transaction.ts'
import { fillRawLog } from '../../app/bench-project.ts'
import { copiedBench } from './copied-bench.ts'

const mapping = 'mappings/order-changed.yaml'

async function registered() {
  const copied = copiedBench()
  await fillRawLog(copied.bench, 0, 5)
  expect((await copied.run('register', 'order-changed')).code).toBe(0)
  const diff = async (...parameters: string[]): Promise<readonly DifferingTransaction[]> => {
    const { out } = await copied.run('preview', 'order-changed', '--diff', 'r1', ...parameters, '-o', 'json')
    return (JSON.parse(out) as { readonly items: readonly DifferingTransaction[] }).items
  }
  return { ...copied, diff }
}

describe('falsework preview --diff', () => {
  it('shows nothing where the same comes of all transactions', async () => {
    const { run } = await registered()
    const { code, out, err } = await run('preview', 'order-changed', '--diff', 'current')
    expect(err).toBe('5 transactions compared with r1, 0 shown: 0 added, 0 removed, 0 changed; nothing was published\n')
    expect([code, out]).toEqual([0, ''])
  })

  it('names the fields that become others, with both events and the rows behind them', async () => {
    const { run, edit } = await registered()
    edit(mapping, (text) => text.replace('"trim(after.curr_cd)"', '"\'GBP\'"'))
    const { out, err } = await run('preview', 'order-changed', '--diff', 'r1', '--limit', '1')
    expect(out).toMatch(/^tx \S+ {2}from offset \d+\n {2}public\.orders {2}u {2}offset \d+\n {4}before \{"id":/)
    expect(out).toMatch(/ {2}~ fields\.currency\n {4}- OrderChanged\.v1 .*"EUR".*\n {4}\+ OrderChanged\.v1 .*"GBP".*\n/)
    expect(err).toContain('5 transactions compared with r1, 1 shown: 0 added, 0 removed, 10 changed')
  })

  it('shows events that go, and those that come, in the transactions where they do', async () => {
    const { edit, diff } = await registered()
    edit(mapping, (text) => text.replace("after.status != 'X'", 'after.id == 12'))
    const all = await diff()
    expect(all.flatMap(({ changes }) => changes.map(({ kind }) => kind))).toEqual(new Array(49).fill('removed'))
    expect(all).toHaveLength(5)
    edit(mapping, (text) => text.replace('after.id == 12', 'after.id != 12'))
    const [only, ...others] = await diff()
    expect(others).toEqual([])
    expect(only?.changes).toMatchObject([{ kind: 'removed', before: { event: 'OrderChanged.v1', key: '12' } }])
  })

  it('tells a failure as something that comes in the place of an event', async () => {
    const { edit, diff } = await registered()
    edit(mapping, (text) => text.replace('N: NEW, P: PAID, S: SHIPPED, X: CANCELLED', 'N: NEW, X: CANCELLED'))
    const [first] = await diff('--limit', '1')
    const kinds = first?.changes.map(
      (change) => `${change.kind} ${(change.kind === 'removed' ? change.before : change.now).kind}`,
    )
    expect(new Set(kinds)).toEqual(new Set(['added failed', 'removed event']))
  })

  it('masks what is personal now in events of the revision that knew nothing of it', async () => {
    const { edit, diff } = await registered()
    edit('catalog/bench.json', (text) => text.replace(/("name": "sku",)/, '$1 "pii": "other",'))
    edit(mapping, (text) =>
      text.replace('"trim(after.sku)"', '{expr: "trim(after.sku) + \'!\'", allowPii: "for this test"}'),
    )
    const [first] = await diff('--limit', '1')
    const [change] = first?.changes ?? []
    expect(change).toMatchObject({
      paths: ['fields.sku'],
      before: { fields: { sku: '***' } },
      now: { fields: { sku: '***' } },
    })
  })

  it.each([
    ['a revision that is not there', 'r7', "mapping order-changed has no revision 'r7'; have r1, current"],
    ['what is no revision', '1', "mapping order-changed has no revision '1'; have r1, current"],
  ])('refuses %s', async (_what, revision, message) => {
    const { run } = await registered()
    const { code, err } = await run('preview', 'order-changed', '--diff', revision)
    expect(err).toContain(`error UNKNOWN_NAME: ${message}`)
    expect(code).toBe(1)
  })

  it('refuses a mapping that is not registered', async () => {
    const { run, edit } = await registered()
    edit(mapping, (text) => text.replace('mapping: order-changed', 'mapping: order-altered'))
    const { err } = await run('preview', 'order-altered', '--diff', 'current')
    expect(err).toContain('error UNKNOWN_NAME: mapping order-altered is not registered')
  })
})
