/** What `falsework migrate promote --to native`, `cancel` and `rollback` do, with a daemon at work and a fence in memory. */
import { describe, expect, it } from 'vitest'
import { ownershipIn, recordsIn, say } from '../../app/translate/said-stages.ts'
import { reached, translated } from '../../app/translate/running-daemon.ts'
import { FencedShop, nativeId, waived } from './fenced-shop.ts'

const toNative = ['promote', 'order-changed', '--to', 'native', '--watch', '0'] as const
const because = ['--reason', 'it is late'] as const
const legacy = { owner: 'legacy', epoch: 1 } as const

const ownersIn = async ({ bench }: FencedShop): Promise<readonly string[]> =>
  (await ownershipIn(bench)).map(({ scope, owner, epoch }) => `${scope ?? 'all'} ${owner} ${epoch}`)

describe('falsework migrate promote --to native', () => {
  it('moves the fence, waits until the daemon has handed over, and says how long that took', async () => {
    const shop = await FencedShop.inParity()
    const { code, out, err } = await shop.translated(async () => await shop.migrate(...toNative, ...waived))
    expect(err).toMatch(
      /handed over: the fence stood after \d+ ms, the owner had changed \d+ ms later; the new service has published nothing yet\n$/,
    )
    expect(code).toBe(0)
    expect(out).toMatch(/fenceable +passed +none\nrehearsed +waived +never\n- the registry log is told/)
    expect([shop.rows(), await ownersIn(shop)]).toEqual([['all native 2'], ['all native 2']])
    expect((await shop.migrate('status', 'order-changed')).out).toMatch(/\nall +native +native +2 /)
    const again = await shop.migrate(...toNative)
    expect([again.code, again.err]).toEqual([0, 'order-changed, scope all: is native already, epoch 2\n'])
  })

  it('says how long nobody published', async () => {
    const shop = await FencedShop.inParity()
    const { err } = await shop.translated(async ({ daemon }) => {
      const promoted = shop.migrate(...toNative, ...waived, '--watch', '20')
      await reached(daemon, ({ next }) => next === 63)
      const headers: [string, Buffer][] = [['falsework-epoch', Buffer.from('2')]]
      shop.bench.kafka.cluster.append('order-changes.v1', { key: null, value: Buffer.from('own'), headers })
      return await promoted
    })
    expect(err).toMatch(/ \d+ ms between the last event of the legacy system and the first one of the new service\n$/)
  })

  it('takes one scope, and the others go on', async () => {
    const shop = await FencedShop.inParity()
    const { code } = await shop.translated(async () => await shop.migrate(...toNative, '--scope', '3', ...waived))
    expect([code, shop.rows()]).toEqual([0, ['all legacy 1', '3 native 2']])
    expect(await ownersIn(shop)).toEqual(['3 native 2'])
  })

  it('of all leaves a scope that has a stage of its own where it is, behind a fence of its own', async () => {
    const shop = await FencedShop.inParity()
    await say(shop.bench, { to: 'native', epoch: 2, seen: legacy, scope: '3' })
    const { code } = await shop.translated(async () => await shop.migrate(...toNative, ...waived))
    expect([code, shop.rows()]).toEqual([0, ['all native 2', '3 legacy 1']])
    expect(await ownersIn(shop)).toEqual(['3 legacy 1', 'all native 2'])
    const cancelled = await shop.translated(
      async () => await shop.migrate('cancel', 'order-changed', '--scope', '3', ...because),
    )
    expect([cancelled.code, shop.rows()]).toEqual([0, ['all native 2', '3 legacy 3']])
  })

  it('goes on with the handover of a scope in that scope alone: one of all is not taken for its own', async () => {
    const shop = await FencedShop.inParity()
    await say(shop.bench, { to: 'native', epoch: 2, seen: legacy })
    const { code, err } = await shop.translated(async () => await shop.migrate(...toNative, '--scope', '3', ...waived))
    expect([code, err]).toEqual([1, expect.stringContaining('it changes its owner with all')])
    expect(shop.rows()).toEqual(['all legacy 1'])
  })

  it('does nothing while a gate is closed', async () => {
    const shop = await FencedShop.inParity()
    const { code, err } = await shop.translated(async () => await shop.migrate(...toNative))
    expect([code, err]).toEqual([1, expect.stringContaining('is refused: parity, days, events')])
    expect([shop.rows(), shop.fence.moved]).toEqual([['all legacy 1'], []])
    expect((await shop.migrate('history', 'order-changed')).out).not.toContain('native')
  })

  it.each([
    { name: 'nothing guards it', spoil: (shop: FencedShop) => shop.fence.rows.clear(), says: 'guards order-changed' },
    {
      name: 'a trigger of it does not stand',
      spoil: (shop: FencedShop) =>
        void shop.fence.statements.splice(
          shop.fence.statements.findIndex((one) => one.includes(' OR REPLACE TRIGGER ')),
          1,
        ),
      says: 'not all triggers of its guard stand on public.orders',
    },
    {
      name: 'the daemon would not see the fence',
      spoil: (shop: FencedShop) => (shop.published = []),
      says: 'ALTER PUBLICATION',
    },
  ])('is refused before anything is said where $name', async ({ spoil, says }) => {
    const shop = await FencedShop.inParity()
    spoil(shop)
    const { code, err } = await shop.translated(async () => await shop.migrate(...toNative, ...waived))
    expect(err).toContain('GUARD_MISSING')
    expect([code, err]).toEqual([1, expect.stringContaining(says)])
    expect(shop.fence.moved).toEqual([])
    expect((await shop.migrate('history', 'order-changed')).out).not.toContain('native')
  })

  it('leaves everything as it was behind a writer that does not end, and goes on when it is run again', async () => {
    const shop = await FencedShop.inParity()
    shop.fence.writer = 'in flight'
    const refused = await shop.translated(async () => await shop.migrate(...toNative, ...waived))
    expect([refused.code, refused.err]).toEqual([6, expect.stringContaining('WRITERS_IN_FLIGHT')])
    expect(shop.rows()).toEqual(['all legacy 1'])
    shop.fence.writer = 'none'
    // What was waived when it began is waived.
    const { code } = await shop.translated(async () => await shop.migrate(...toNative))
    expect([code, await ownersIn(shop)]).toEqual([0, ['all native 2']])
    const { out } = await shop.migrate('history', 'order-changed')
    expect(out.match(/promote to native/g)).toHaveLength(1)
  })

  it('is cancelled where no daemon answers, and the legacy system is kept out until one has', async () => {
    const shop = await FencedShop.inParity()
    await shop.translated(async () => {
      await Promise.resolve()
    })
    const { code, err } = await shop.migrate(...toNative, ...waived, '--timeout', '1')
    expect([code, err]).toEqual([6, expect.stringContaining('HANDOVER_UNANSWERED')])
    expect(shop.rows()).toEqual(['all native 2'])
    const again = await shop.migrate(...toNative, ...waived)
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('falsework migrate cancel goes on with that')])
    const cancelled = await shop.translated(async () => await shop.migrate('cancel', 'order-changed', ...because))
    expect([cancelled.code, cancelled.out]).toEqual([0, expect.stringMatching(/\norder-changed +all +legacy +3\n$/)])
    expect([shop.rows(), await ownersIn(shop)]).toEqual([['all legacy 3'], ['all legacy 3']])
  })

  it('opens what was kept and never opened again, and hands over in the next epoch', async () => {
    const shop = await FencedShop.inParity()
    const end = await say(shop.bench, { to: 'native', epoch: 2, seen: legacy })
    await say(shop.bench, { transition: 'cancel', to: 'parity', epoch: 2, seen: legacy })
    await shop.moveByHand({ scope: null, to: 'native', epoch: 2 })
    const { code } = await shop.translated(async ({ daemon }) => {
      await reached(daemon, ({ registryOffset, next }) => registryOffset > end && next === 63)
      return await shop.migrate(...toNative, ...waived)
    })
    expect([code, shop.rows()]).toEqual([0, ['all native 4']])
    expect(await ownersIn(shop)).toEqual(['all legacy 3', 'all native 4'])
  })
})

describe('a handover that another operator cancels', () => {
  it('is told as cancelled, with who has said it, when and why, by whoever asked for it', async () => {
    const shop = await FencedShop.inParity()
    await shop.translated(async () => {
      await Promise.resolve()
    })
    const promoting = shop.migrate(...toNative, ...waived)
    while (shop.fence.moved.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const reason = 'the queue of the shop is stuck'
    const cancel = {
      transition: 'cancel',
      to: 'parity',
      epoch: 2,
      seen: legacy,
      actor: 'ben',
      atMs: 0,
      reason,
    } as const
    await say(shop.bench, cancel)
    const { code, err } = await shop.translated(async () => await promoting)
    expect(err).toMatch(
      /not handed over: ben has cancelled it at 1970-01-01T00:00:00\.000Z \(the queue of the shop is stuck\); the legacy system goes on in epoch 3, and is open\n$/,
    )
    expect([code, shop.rows()]).toEqual([1, ['all legacy 3']])
  })
})

describe('a fence that was kept and never lifted', () => {
  it('is told by status with what opens it, until it is open', async () => {
    const shop = await FencedShop.inParity()
    const end = await say(shop.bench, { to: 'native', epoch: 2, seen: legacy })
    await say(shop.bench, { transition: 'cancel', to: 'parity', epoch: 2, seen: legacy })
    await shop.moveByHand({ scope: null, to: 'native', epoch: 2 })
    await shop.translated(async ({ daemon }) => {
      await reached(daemon, ({ registryOffset, next }) => registryOffset > end && next === 63)
    })
    const status = async (...more: string[]) => await shop.migrate('status', 'order-changed', ...more)
    const closed =
      'its fence of epoch 2 still refuses every writer: `falsework migrate cancel order-changed --reason TEXT`'
    expect((await status()).err).toContain(closed)
    expect((await status('-o', 'json')).out).toContain(closed)
    await shop.migrate('cancel', 'order-changed', ...because)
    expect((await status()).err).not.toContain('fence')
  })
})

describe('mappings that move together', () => {
  const both = ['order-changed', 'order-told'] as const
  const told = ['--waive', 'fenceable', ...waived, '--timeout', '1'] as const

  /** One is the new service's when the other, which is about the same table, has come to parity. */
  async function shopOfTwo(): Promise<FencedShop> {
    const shop = await FencedShop.inParity()
    await shop.translated(async () => await shop.migrate(...toNative, ...waived))
    await shop.registerAnother()
    await say(shop.bench, { mapping: 'order-told', to: 'parity', epoch: 1, seen: legacy })
    await shop.migrate('guard', 'order-told', '--apply')
    return shop
  }

  it('are not handed over as long as one of them is not, whatever the others are', async () => {
    const shop = await shopOfTwo()
    const { code, err } = await shop.migrate('promote', ...both, '--to', 'native', ...told)
    expect([code, err]).toEqual([6, expect.stringContaining('HANDOVER_UNANSWERED: order-told, scope all')])
    const twice = ['order-told', 'order-told']
    const cancelled = await shop.translated(async () => await shop.migrate('cancel', ...twice, ...because))
    expect([cancelled.code, shop.rows()]).toEqual([0, ['all native 2', 'all legacy 3']])
  })

  it('go back each in its own epoch, and what is brought back names all of them', async () => {
    const shop = await shopOfTwo()
    await shop.migrate('promote', ...both, '--to', 'native', ...told)
    const ran = await shop.translated(async () => {
      await shop.migrate('cancel', 'order-told', ...because)
      await shop.migrate('promote', ...both, '--to', 'native', '--waive', 'fenceable', ...waived)
      return await shop.migrate('rollback', ...both, ...because, '--stopped', 'ana')
    })
    expect([ran.code, ran.out]).toEqual([
      0,
      expect.stringMatching(/\norder-changed +all +none +3\norder-told +all +none +5\n$/),
    ])
    expect(ran.err).toContain('inserts rows (3, number) and (5, number) into falsework_sync')
  })
})

describe('a mapping of the same table that is divided in another way', () => {
  it.each([
    { what: 'all', moved: [] },
    { what: 'a single scope', moved: ['--scope', '3'] },
  ])(
    'and of which one scope is the new service’s keeps that scope’s rows closed: $what is not taken back without it',
    async ({ moved }) => {
      const shop = await FencedShop.inParity()
      await shop.translated(async () => await shop.migrate(...toNative, ...waived))
      await shop.registerAnother((text) => `${text}migration: {scope: {column: orders.customer_id}}\n`)
      await say(shop.bench, { mapping: 'order-told', scope: '7', to: 'parity', epoch: 1, seen: legacy })
      await shop.migrate('guard', 'order-told', '--apply')
      const scope = ['--to', 'native', '--scope', '7', '--waive', 'fenceable'] as const
      const { code, err } = await shop.translated(async () => {
        await shop.migrate('promote', 'order-told', ...scope, ...waived)
        return await shop.migrate('rollback', 'order-changed', ...moved, '--reason', 'refunds are wrong')
      })
      expect(await ownersIn(shop)).toEqual(['all native 2', '7 native 2'])
      expect([code, err]).toEqual([
        1,
        expect.stringMatching(/order-told \(public\.orders is open for both, or for none, .*its scope 7 /),
      ])
    },
  )
})

describe('falsework migrate cancel', () => {
  it('comes too late where the new service owns', async () => {
    const shop = await FencedShop.inParity()
    await shop.translated(async () => await shop.migrate(...toNative, ...waived))
    const { code, err } = await shop.migrate('cancel', 'order-changed', ...because)
    expect([code, err]).toEqual([5, expect.stringContaining('falsework migrate rollback MAPPING')])
  })

  it('is refused where there is nothing to cancel', async () => {
    const shop = await FencedShop.inParity()
    const { code, err } = await shop.migrate('cancel', 'order-changed', ...because)
    expect([code, err]).toEqual([1, expect.stringContaining('there is no handover to cancel')])
  })

  it('ends a handover that was asked for and never fenced', async () => {
    const shop = await FencedShop.inParity()
    await say(shop.bench, { to: 'native', epoch: 2, seen: legacy })
    const { code } = await shop.translated(async () => await shop.migrate('cancel', 'order-changed', ...because))
    expect([code, shop.rows(), await ownersIn(shop)]).toEqual([0, ['all legacy 3'], ['all legacy 3']])
  })
})

describe('falsework migrate rollback', () => {
  const rollback = ['rollback', 'order-changed', '--reason', 'refunds are wrong'] as const

  async function native(): Promise<FencedShop> {
    const shop = await FencedShop.inParity()
    await shop.translated(async () => await shop.migrate(...toNative, ...waived))
    return shop
  }

  it('leaves the scope with nobody, and fences the new service', async () => {
    const shop = await native()
    const producer = shop.bench.kafka.cluster.openProducer(nativeId)
    const { code, out, err } = await shop.translated(async () => await shop.migrate(...rollback))
    expect([code, out]).toEqual([0, expect.stringMatching(/\norder-changed +all +none +3\n$/)])
    expect(err).toContain(`fenced: ${nativeId}`)
    expect(err).toContain('each transaction inserts a row (3, number) into falsework_sync')
    expect(() => shop.bench.kafka.cluster.checkEpoch(producer)).toThrow(/./)
    expect([shop.rows(), await ownersIn(shop)]).toEqual([['all native 2'], ['all native 2', 'all none 3']])
  })

  it('gives the scope back once the writes of the new service are, and its events go on in a later epoch', async () => {
    const shop = await native()
    const { code, out } = await shop.translated(async ({ daemon }) => {
      await shop.migrate(...rollback)
      // Its supervisor has started it again.
      const producer = shop.bench.kafka.cluster.openProducer(nativeId)
      const ran = await shop.migrate(...rollback, '--synced')
      await shop.write(1)
      await reached(daemon, translated(10))
      expect(() => shop.bench.kafka.cluster.checkEpoch(producer)).not.toThrow()
      return ran
    })
    expect([code, out]).toEqual([0, expect.stringMatching(/\norder-changed +all +legacy +4\n$/)])
    expect([shop.rows(), (await ownersIn(shop)).at(-1)]).toEqual([['all legacy 4'], 'all legacy 4'])
    expect((await shop.migrate('status', 'order-changed')).out).toMatch(/\nall +live +legacy +4 /)
    const epochs = (await recordsIn(shop.bench, 'order-changes.v1')).map(({ headers }) =>
      String(headers.get('falsework-epoch')),
    )
    expect(epochs.filter((epoch) => epoch === '4')).toHaveLength(10)
  })

  it('of all keeps the fence closed of a scope that is still nobody’s by itself', async () => {
    const shop = await native()
    await shop.translated(async () => {
      await shop.migrate(...rollback, '--scope', '3')
      await shop.migrate(...rollback)
      await shop.migrate(...rollback, '--synced')
    })
    expect(shop.rows()).toEqual(['all legacy 4', '3 native 2'])
    const { code } = await shop.translated(async () => await shop.migrate(...rollback, '--scope', '3', '--synced'))
    expect([code, shop.rows()]).toEqual([0, ['all legacy 4', '3 legacy 4']])
    expect((await ownersIn(shop)).at(-1)).toBe('3 legacy 4')
  })

  it('of a scope is not that of all, which is under way', async () => {
    const shop = await native()
    await shop.translated(async () => await shop.migrate(...rollback))
    const { code, err } = await shop.migrate(...rollback, '--scope', '3', '--synced')
    expect([code, err]).toEqual([1, expect.stringContaining('it changes its owner with all')])
  })

  it('is refused where nobody could fence the new service, unless somebody says who has stopped it', async () => {
    const shop = await FencedShop.inParity('is unknown')
    await shop.translated(async () => await shop.migrate(...toNative, '--waive', 'fenceable', ...waived))
    const refused = await shop.migrate(...rollback)
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining(`nobody has ever opened ${nativeId}; --stopped`),
    ])
    const stopped = ['--stopped', 'ana, at 2 in the night']
    const { code } = await shop.translated(async () => await shop.migrate(...rollback, ...stopped))
    expect(code).toBe(0)
    expect((await shop.migrate('history', 'order-changed')).out).toContain('fenceable: ana, at 2 in the night')
  })

  it('is rehearsed while the legacy system owns: the new service is fenced, comes back, and the gate is open', async () => {
    const shop = await FencedShop.inParity()
    const { cluster } = shop.bench.kafka
    const before = cluster.openProducer(nativeId)
    const rehearsing = shop.migrate(...rollback, '--rehearse')
    // Its supervisor starts it again.
    while (isOpen(before)) await new Promise((resolve) => setImmediate(resolve))
    cluster.openProducer(nativeId)
    const { code, out, err } = await rehearsing
    expect([code, out]).toEqual([0, expect.stringMatching(/\nfalsework\.native\.order-changed\.1 +\d+ ms\n$/)])
    expect(err).toContain('not rehearsed: bringing back')
    expect((await shop.migrate('promote', 'order-changed', '--dry-run')).out).toMatch(
      /\nrehearsed +passed +0 days ago, at most 7\n/,
    )

    function isOpen(producer: typeof before): boolean {
      try {
        cluster.checkEpoch(producer)
        return true
      } catch {
        return false
      }
    }
  })

  it('is not rehearsed by a service that stays away', async () => {
    const shop = await FencedShop.inParity()
    const { code, err } = await shop.migrate(...rollback, '--rehearse', '--timeout', '1')
    expect([code, err]).toEqual([6, expect.stringContaining('is the new service started again?')])
    expect((await shop.migrate('promote', 'order-changed', '--dry-run')).out).toMatch(/\nrehearsed +failed +never\n/)
  })

  it('counts as rehearsed once it was gone in earnest', async () => {
    const shop = await native()
    await shop.translated(async () => {
      await shop.migrate(...rollback)
      await shop.migrate(...rollback, '--synced')
    })
    await say(shop.bench, { to: 'parity', epoch: 4, seen: { owner: 'legacy', epoch: 4 } })
    await shop.translated(async () => {
      await Promise.resolve()
    })
    expect((await shop.migrate('promote', 'order-changed', '--dry-run')).out).toMatch(/\nrehearsed +passed +0 days ago/)
  })

  it.each([
    { words: ['--synced'], says: 'goes with none of the others' },
    { words: ['--scope', '3'], says: 'goes with none of the others' },
  ])('cannot be rehearsed with $words', async ({ words, says }) => {
    const { code, err } = await (await FencedShop.inParity()).migrate(...rollback, '--rehearse', ...words)
    expect([code, err]).toEqual([64, expect.stringContaining(says)])
  })

  it('is refused as long as the new service does not own', async () => {
    const { code, err } = await (await FencedShop.inParity()).migrate(...rollback)
    expect([code, err]).toEqual([1, expect.stringContaining('nothing is to be taken back')])
  })

  it('does not take a word for it that the writes are back of a service that could write until now', async () => {
    const shop = await native()
    const { code, err } = await shop.translated(async () => await shop.migrate(...rollback, '--synced'))
    expect([code, err]).toEqual([1, expect.stringContaining('run it without --synced first')])
    expect(await ownersIn(shop)).toEqual(['all native 2'])
  })

  it('goes on where no daemon answered the first time', async () => {
    const shop = await native()
    const { code, err } = await shop.migrate(...rollback, '--timeout', '1')
    expect([code, err]).toEqual([6, expect.stringContaining('the same command goes on where it stopped')])
    expect(shop.rows()).toEqual(['all native 2'])
    const again = await shop.translated(async () => {
      await shop.migrate(...rollback)
      return await shop.migrate(...rollback, '--synced')
    })
    expect([again.code, shop.rows()]).toEqual([0, ['all legacy 4']])
    expect((await shop.migrate('history', 'order-changed')).out.match(/rollback to live/g)).toHaveLength(1)
  })
})
