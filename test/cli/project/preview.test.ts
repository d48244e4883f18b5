/** What a mapping makes of the last changes, before it is registered. */
import { describe, expect, it } from 'vitest'
import { plainJson } from '../../../bench/debezium/record-form.ts'
import { snapshotPlace, snapshotRecords } from '../../../bench/debezium/source-transaction.ts'
import { everyUpdate, orderImage, ordersTable } from '../../../bench/workload.ts'
import type { PreviewedTransaction } from '../../../src/app/project/preview/shown-transaction.ts'
import { fillRawLog, rawLog } from '../../app/bench-project.ts'
import { copiedBench } from './copied-bench.ts'

const mapping = 'mappings/order-changed.yaml'

async function filled() {
  const copied = copiedBench()
  await fillRawLog(copied.bench, 0, 5)
  const preview = async (...parameters: string[]): Promise<readonly PreviewedTransaction[]> => {
    const { out } = await copied.run('preview', 'order-changed', ...parameters, '-o', 'json')
    return (JSON.parse(out) as { readonly items: readonly PreviewedTransaction[] }).items
  }
  return { ...copied, preview }
}

/** A rule for orders that are new, or were there before. */
const known =
  (use: 'as-insert' | 'only' | 'skip') =>
  (text: string): string => {
    const [, updated = ''] = text.split('rules:\n')
    const rule = updated
      .replace('name: changed', 'name: known')
      .replace('op: update, changed: [status]}', `op: insert}\n    snapshot: ${use}`)
      .replace('before.status', 'after.status')
    return text + rule
  }

/** Orders 1 to 3 as an initial snapshot has read them, and a source transaction behind it. */
async function withSnapshot(use: Parameters<typeof known>[0]) {
  const copied = copiedBench()
  copied.edit('falsework.yaml', (text) => text.replace(/ +rows: .*\n/, ''))
  copied.edit(mapping, known(use))
  await fillRawLog(copied.bench, 0, 0)
  const rows = [3, 1, 2].map((id) => ({
    table: ordersTable,
    before: null,
    after: orderImage(id, 0, everyUpdate),
    outcome: null,
  }))
  for (const { record } of snapshotRecords(snapshotPlace({ topic: rawLog, form: plainJson }), rows))
    copied.bench.kafka.cluster.append(rawLog, { key: record.key, value: record.value })
  await fillRawLog(copied.bench, 0, 1)
  const { out } = await copied.run('preview', 'order-changed', '-o', 'json')
  const { items } = JSON.parse(out) as { readonly items: readonly PreviewedTransaction[] }
  return items.map(({ transaction, rows: [row], outcomes }) => ({
    of: transaction.split(':')[0],
    order: row?.after?.['id'],
    keys: outcomes.map((one) => (one.kind === 'event' ? one.key : one.kind)),
  }))
}

describe('falsework preview of a log that begins with a snapshot', () => {
  const streamed = { of: '1000', order: 1, keys: Array.from({ length: 10 }, (_, at) => String(at + 1)) }
  const left = [1, 2, 3].map((order) => ({ of: 'snapshot', order, keys: [String(order)] }))

  it.each(['as-insert', 'only'] as const)('shows what comes of each of its rows under snapshot: %s', async (use) => {
    expect(await withSnapshot(use)).toEqual([...left, streamed])
  })

  it('shows none where no rule asks for them', async () => {
    expect(await withSnapshot('skip')).toEqual([streamed])
  })
})

describe('falsework preview', () => {
  it('shows the last transactions with their rows and what would come of them, and publishes nothing', async () => {
    const { run, bench } = await filled()
    const { code, out, err } = await run('preview', 'order-changed', '--limit', '1')
    expect(out).toMatch(/^tx \S+ {2}from offset \d+\n {2}public\.orders {2}u {2}offset \d+\n {4}before \{"id":/)
    expect(out).toMatch(/ {2}-> OrderChanged\.v1 {2}key=\d+ {2}\{"orderId":/)
    expect(err).toMatch(/1 transaction, \d+ events?, 0 failed; nothing was published\n$/)
    expect(code).toBe(0)
    expect((await bench.kafka.topicAdmin.describe(['order-changes.v1'])).size).toBe(0)
  })

  it('goes by the file as it is now', async () => {
    const { edit, preview } = await filled()
    edit(mapping, (text) => text.replace('"trim(after.curr_cd)"', '"\'GBP\'"'))
    const events = (await preview()).flatMap(({ outcomes }) => outcomes.filter((one) => one.kind === 'event'))
    expect(new Set(events.map(({ fields }) => fields['currency']))).toEqual(new Set(['GBP']))
  })

  it('shows as many as asked for: the last ones, or the first ones behind an offset', async () => {
    const { preview } = await filled()
    const all = await preview()
    const starts = all.map(({ from }) => from)
    expect(all).toHaveLength(5)
    expect((await preview('--limit', '2')).map(({ from }) => from)).toEqual(starts.slice(-2))
    const since = await preview('--limit', '2', '--since', String(starts[1]))
    expect(since.map(({ from }) => from)).toEqual(starts.slice(1, 3))
  })

  it('shows what would be set aside, with its class', async () => {
    const { edit, preview } = await filled()
    edit(mapping, (text) => text.replace('N: NEW, P: PAID, S: SHIPPED, X: CANCELLED', 'N: NEW, X: CANCELLED'))
    const failed = (await preview()).flatMap(({ outcomes }) => outcomes.filter((one) => one.kind === 'failed'))
    expect(failed[0]).toMatchObject({ policy: 'deadLetter', class: 'unknownCode' })
  })

  it('masks personal data in rows and in all that is made of it', async () => {
    const { edit, preview } = await filled()
    edit('catalog/bench.json', (text) => text.replace(/("name": "sku",)/, '$1 "pii": "other",'))
    const allowed = '{expr: "trim(after.sku)", allowPii: "for this test"}'
    edit(mapping, (text) => text.replace('"trim(after.sku)"', allowed))
    const [first] = await preview('--limit', '1')
    expect(first?.rows[0]?.after?.['sku']).toBe('***')
    const events = first?.outcomes.filter((one) => one.kind === 'event') ?? []
    expect(events.map(({ fields }) => fields['sku'])).toEqual(events.map(() => '***'))
  })

  it('masks a key that is made of personal data, also of a tombstone', async () => {
    const { edit, preview } = await filled()
    edit('catalog/bench.json', (text) => text.replace(/("name": "sku",)/, '$1 "pii": "other",'))
    const tombstone = `      - {tombstone: order-changes.v1, key: "last(trim(after.sku), 2)"}\n`
    edit(mapping, (text) =>
      text
        .replace('"trim(after.sku)"', '"last(trim(after.sku), 2)"')
        .replace('key: "string(row.id)"', 'key: "last(trim(row.sku), 2)"')
        .replace(/$/, tombstone),
    )
    const outcomes = (await preview('--limit', '1')).flatMap((one) => one.outcomes)
    expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map((_, at) => (at % 2 === 0 ? 'event' : 'tombstone')))
    expect(new Set(outcomes.map((one) => (one.kind === 'failed' ? '' : one.key)))).toEqual(new Set(['***']))
  })

  it.each([
    ['a mapping that is not there', 'nope', 'UNKNOWN_NAME'],
    ['a mapping with a mistake', 'order-changed', 'INVALID_PROJECT'],
  ])('refuses %s', async (_what, name, error) => {
    const { edit, run } = await filled()
    edit(mapping, (text) => text.replace('after.store_no', 'after.stor_no'))
    const { code, err } = await run('preview', name)
    expect(err).toContain(`error ${error}: `)
    expect(code).toBe(1)
  })
})
