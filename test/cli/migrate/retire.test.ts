/** What `falsework migrate retire` shows and does, with a daemon at work and a fence in memory. */
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { say } from '../../app/translate/said-stages.ts'
import { reached, start } from '../../app/translate/running-daemon.ts'
import { FencedShop, nativeId, waived } from './fenced-shop.ts'

const retire = ['retire', 'order-changed'] as const
const native = { owner: 'native', epoch: 2 } as const

/** All of it is the new service's, and its connector runs. */
async function handedOver(): Promise<FencedShop> {
  const shop = await FencedShop.inParity()
  await shop.connect.apply('bench', { 'connector.class': 'a.Connector' })
  await shop.connect.resume('bench')
  await shop.translated(async () => await shop.migrate('promote', 'order-changed', '--to', 'native', ...waived))
  return shop
}

/** Of its statements, those carried out since the fence stood. */
const removalIn = ({ fence }: FencedShop): readonly string[] =>
  fence.statements.filter((sql) => sql.includes('DROP') || sql.includes('pg_drop_replication_slot'))

const isConnected = async ({ connect }: FencedShop): Promise<boolean> => (await connect.status('bench')) !== null

async function withDaemon<Result>({ bench }: FencedShop, work: () => Promise<Result>): Promise<Result> {
  const running = start(bench)
  try {
    return await work()
  } finally {
    await running.stop()
  }
}

describe('falsework migrate retire', () => {
  it('shows gates, steps with their SQL, topics and what stays, and does nothing', async () => {
    const shop = await handedOver()
    const { code, out, err } = await shop.migrate(...retire)
    expect(out).toMatch(
      /every scope native +passed +none\nno violations +passed +0 in \d+ days\nno readers +passed +none\n/,
    )
    expect(out).toContain(' 1. the registry log is told: order-changed, scope all, native to retired, epoch 2\n')
    expect(out).toContain('     DROP TRIGGER IF EXISTS ')
    expect(out).toContain('connector bench is stopped and deleted\n     DELETE /connectors/bench\n')
    expect(out).toContain("pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'debezium'")
    expect(out).toContain('     DROP PUBLICATION IF EXISTS "dbz_publication";\n')
    expect(out).toMatch(/\norder-changes\.v1 +keep +- +the events, which the new service publishes\n/)
    expect(out).toMatch(new RegExp(`\n${nativeId} +keep `))
    expect(out).toMatch(/\nraw\.bench +delete +- +what the connector has captured\n/)
    expect(out).toMatch(/the row store of bench +it stands on the disk of the daemon/)
    expect(err).toContain(
      'warning: nothing of falsework keeps the legacy system from writing to public.orders any more',
    )
    expect(err).toContain('next: falsework migrate retire order-changed --apply\n')
    expect([code, removalIn(shop), await isConnected(shop)]).toEqual([0, [], true])
    expect((await shop.migrate('history', 'order-changed')).out).not.toContain('retire')
  })

  it('with --apply says it, waits for the daemon, and takes guard, connector, slot and publication down in this order', async () => {
    const shop = await handedOver()
    const { code, err } = await withDaemon(
      shop,
      async () => await shop.migrate(...retire, '--apply', '--reason', 'done'),
    )
    expect([code, err]).toEqual([0, expect.stringContaining('retired: order-changed\n')])
    expect(err).toMatch(/next: kafka-topics\.sh --bootstrap-server \S+ --delete --topic raw\.bench\n/)
    const removal = removalIn(shop).map((sql) => /DROP (\w+) |pg_(drop)_/.exec(sql)?.slice(1).join('') ?? '')
    expect([...new Set(removal)]).toEqual(['TRIGGER', 'FUNCTION', 'TABLE', 'drop', 'PUBLICATION'])
    expect([shop.rows(), await isConnected(shop)]).toEqual([[], false])
    expect((await shop.migrate('status', 'order-changed')).out).toMatch(/\nall +retired +native +2 /)
    expect((await shop.migrate('history', 'order-changed')).out).toMatch(/retire to retired .* done\n/)
  })

  it.each(['dba', null])('drops the slot as the connector, and the publication as its owner: %s', async (owner) => {
    const shop = await handedOver()
    shop.publicationOwner = owner
    const as = ['--as', 'dba', '--password', 'env:PASSWORD']
    const { code } = await withDaemon(shop, async () => await shop.migrate(...retire, '--apply', ...as))
    expect([code, removalIn(shop).at(-1)]).toEqual([0, 'DROP PUBLICATION IF EXISTS "dbz_publication"'])
  })

  it('takes another mapping of the source as a reason to leave connector, slot, publication and raw log', async () => {
    const shop = await handedOver()
    await shop.registerAnother()
    const { code, out } = await withDaemon(shop, async () => await shop.migrate(...retire, '--apply'))
    expect([code, await isConnected(shop), shop.rows()]).toEqual([0, true, []])
    expect(out).toMatch(/\nconnector bench, its replication slot and publication, .* still needed by order-told\n$/)
    expect(out).not.toContain('raw.bench')
    expect(removalIn(shop).join('\n')).not.toMatch(/PUBLICATION|replication_slot/)
  })

  it('leaves what captures where another mapping is registered while it waits', async () => {
    const shop = await handedOver()
    const retiring = shop.migrate(...retire, '--apply')
    while (!(await shop.migrate('history', 'order-changed')).out.includes('retire')) await systemClock.sleep(5)
    await shop.registerAnother()
    const { code, err } = await withDaemon(shop, async () => await retiring)
    expect([code, err]).toEqual([1, expect.stringContaining('source bench has got order-told meanwhile')])
    expect([await isConnected(shop), shop.rows()]).toEqual([true, []])
    expect((await withDaemon(shop, async () => await shop.migrate(...retire, '--apply'))).code).toBe(0)
    expect(await isConnected(shop)).toBe(true)
  })

  it('goes on where it stood when it is run again, whatever has happened since', async () => {
    const shop = await handedOver()
    const unanswered = await shop.migrate(...retire, '--apply', '--timeout', '1')
    expect([unanswered.code, unanswered.err]).toEqual([6, expect.stringContaining('TIMED_OUT')])
    expect([removalIn(shop), await isConnected(shop)]).toEqual([[], true])
    shop.fence.writer = 'in flight'
    const refused = await withDaemon(shop, async () => await shop.migrate(...retire, '--apply'))
    expect([refused.code, await isConnected(shop)]).toEqual([6, true])
    shop.fence.writer = 'none'
    const { code, out } = await shop.migrate(...retire, '--apply')
    expect([code, await isConnected(shop), shop.rows()]).toEqual([0, false, []])
    expect(out).not.toContain('GATE')
    expect((await shop.migrate(...retire, '--apply')).code).toBe(0)
    expect((await shop.migrate('history', 'order-changed')).out.match(/retire to retired/g)).toHaveLength(1)
  })

  it('is refused as long as a scope is not native, and nobody can waive that', async () => {
    const shop = await FencedShop.inParity()
    await shop.translated(async () => {
      await shop.migrate('promote', 'order-changed', '--to', 'native', '--scope', '3', ...waived)
    })
    const waive = ['--waive', 'every scope native', '--reason', 'never mind']
    const { code, out, err } = await shop.migrate(...retire, '--apply', ...waive)
    expect([code, out]).toEqual([1, expect.stringMatching(/every scope native +failed +not native: all \(parity\)\n/)])
    expect(err).toContain('not retired: order-changed (every scope native); nothing was done\n')
    expect(shop.rows()).toEqual(['all legacy 1', '3 native 2'])
  })

  it('retires each scope that has a stage of its own', async () => {
    const shop = await FencedShop.inParity()
    await shop.translated(async () => {
      await shop.migrate('promote', 'order-changed', '--to', 'native', '--scope', '3', ...waived)
      await shop.migrate('promote', 'order-changed', '--to', 'native', ...waived)
    })
    const { code } = await withDaemon(shop, async () => await shop.migrate(...retire, '--apply'))
    expect(code).toBe(0)
    expect((await shop.migrate('status', 'order-changed')).out).toMatch(/\nall +retired .*\n3 +retired /)
  })

  it('counts violations that somebody has discarded, and can be waived for them', async () => {
    const shop = await handedOver()
    await shop.translated(async ({ daemon }) => {
      await shop.write(1)
      await reached(daemon, ({ counts }) => counts.deadLetters >= 10)
    })
    const undecided = await shop.migrate(...retire)
    expect(undecided.out).toMatch(/no dead letters +failed +10 undecided\n.*\nno violations +failed +10 in /)
    // What a daemon writes that was told to discard them.
    for (const { key, partition } of await lettersIn(shop)) {
      shop.bench.kafka.cluster.append('falsework.dead-letters', { key, partition, value: null })
    }
    const discarded = await shop.migrate(...retire)
    expect([discarded.code, discarded.out]).toEqual([1, expect.stringMatching(/no violations +failed +10 in /)])
    const waivedOne = await shop.migrate(...retire, '--waive', 'no violations', '--reason', 'a test of ours')
    expect([waivedOne.code, waivedOne.out]).toEqual([0, expect.stringMatching(/no violations +waived +10 in /)])
    const next =
      "next: falsework migrate retire order-changed --waive 'no violations' --reason 'a test of ours' --apply\n"
    expect(waivedOne.err).toContain(next)
  })

  const lettersIn = async ({ bench }: FencedShop) => {
    const { records } = await bench.kafka.topicReader.readFrom('falsework.dead-letters', [0, 0, 0, 0, 0, 0], {
      maxWaitMs: 0,
    })
    return records
  }

  it('names the groups that read what is to be deleted', async () => {
    const shop = await handedOver()
    shop.bench.kafka.groups.set('billing', { members: [], committed: new Map([['raw.bench', [0]]]) })
    const { code, out, err } = await shop.migrate(...retire)
    expect([code, out]).toEqual([0, expect.stringMatching(/raw\.bench +delete +billing /)])
    expect(err).toContain('warning: raw.bench is read by billing')
  })

  it('tells all of it as data', async () => {
    const shop = await handedOver()
    const { out } = await shop.migrate(...retire, '-o', 'json')
    const { kind, items } = JSON.parse(out) as { kind: string; items: { steps: { kind: string }[] }[] }
    expect(kind).toBe('MigrationRetirement')
    expect(items[0]).toMatchObject({
      source: 'bench',
      outcome: 'planned',
      mappings: [{ mapping: 'order-changed', scopes: ['all'], gates: { kind: 'open' } }],
    })
    expect(items[0]?.steps.map((step) => step.kind)).toEqual([
      'say',
      'await',
      'guard',
      'connector',
      'slot',
      'publication',
    ])
  })

  it('leaves a source without work, which status calls retired, and no daemon halts at what is gone', async () => {
    const shop = await handedOver()
    await withDaemon(shop, async () => await shop.migrate(...retire, '--apply'))
    const running = start(shop.bench)
    await systemClock.sleep(100)
    expect([running.daemon.state.phase, running.daemon.reports()]).toEqual(['following', []])
  })

  it('does not take back what is retired by a word', async () => {
    const shop = await handedOver()
    await say(shop.bench, { transition: 'retire', to: 'retired', epoch: 2, seen: native })
    const { code, err } = await shop.migrate('rollback', 'order-changed', '--reason', 'late')
    expect([code, err]).toEqual([1, expect.stringContaining('it is in retired')])
  })
})
