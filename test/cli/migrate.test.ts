/** What `falsework migrate` shows of the stages of a mapping, what it does, and what it refuses. */
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import { readRegistry } from '../../src/app/observe/registered.ts'
import type { RegisteredStage } from '../../src/core/registry/control-record.ts'
import { benchProject, fillRawLog, type Installation, installation } from '../app/bench-project.ts'
import { reached, start } from '../app/translate/running-daemon.ts'
import { falsework, type Ran } from './in-process.ts'

const scoped = (text: string): string => `${text}migration: {scope: {column: orders.store_no}}\n`
const migration = `migration: orders
format: 1
mapping: order-changed
topics: {bridge: order-changes.v1, native: native.order-changes.v1}
gates: {lagSecondsMax: 86400}
native: {transactionalIds: [falsework.native.order-changed.1]}
`

interface Registering {
  readonly stage?: RegisteredStage
  readonly migration?: string | null
  readonly rows?: (value: string) => string
}

/** Translated as far as its raw log goes. */
async function registered({
  stage = 'shadow',
  migration: text = migration,
  rows,
}: Registering = {}): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 1, rows)
  const project = await benchProject(scoped)
  const migrations = text === null ? [] : [{ path: 'migrations/orders.yaml', text }]
  await bench.register({ ...project, texts: { ...project.texts, migrations } }, { stage })
  await caughtUp(bench)
  return bench
}

/** What a daemon makes of what is registered and of what the raw log holds. */
async function caughtUp(bench: Installation): Promise<void> {
  const { end } = await readRegistry(bench.kafka.openControlLog)
  const { daemon, stop } = start(bench)
  await reached(daemon, ({ registryOffset, next }) => registryOffset >= end && next === 12)
  await stop()
}

const migrate = async ({ kafka }: Installation, ...parameters: string[]): Promise<Ran> =>
  await falsework(['migrate', ...parameters], { ports: () => ({ kafka }) })

const standing = async (bench: Installation): Promise<string> => (await migrate(bench, 'status', 'order-changed')).out

describe('falsework migrate status', () => {
  it('shows stage, owner and the next stage', async () => {
    expect(await standing(await registered())).toMatch(/^SCOPE .*\nall +shadow +none +0 +- +live\n$/)
    expect(await standing(await registered({ stage: 'live' }))).toMatch(/\nall +live +legacy +1 +- +parity\n$/)
  })

  it('says that nothing is registered of how it is compared', async () => {
    const { err } = await migrate(await registered({ migration: null }), 'status', 'order-changed')
    expect(err).toContain('no migration file about it is registered')
  })

  it('of a mapping that there is not lists what there is', async () => {
    const { code, err } = await migrate(await registered(), 'status', 'order')
    expect([code, err]).toEqual([1, expect.stringContaining("no mapping 'order' is registered; have order-changed")])
  })
})

describe('falsework migrate promote', () => {
  it('shows each gate with its live value, says the word, and the daemon puts it in force', async () => {
    const bench = await registered()
    const { code, out, err } = await migrate(bench, 'promote', 'order-changed')
    expect([code, err]).toEqual([0, 'order-changed, scope all: shadow to live, epoch 1\n'])
    expect(out).toMatch(/^GATE +VERDICT +NOW\nlag +passed +0 s, at most 86400\nno holds +passed +0 held\n/)
    expect(out).toContain('another feed of order-changes.v1 must be stopped by you')
    await caughtUp(bench)
    expect(await standing(bench)).toMatch(/\nall +live +legacy +1 +\S+ +parity\n$/)
  })

  it('leads from live to parity, and not to native as long as nothing was compared', async () => {
    const bench = await registered({ stage: 'live' })
    expect((await migrate(bench, 'promote', 'order-changed', '--to', 'parity')).code).toBe(0)
    await caughtUp(bench)
    expect(await standing(bench)).toMatch(/\nall +parity +legacy +1 /)
    const { code, err } = await migrate(bench, 'promote', 'order-changed')
    expect([code, err]).toEqual([1, expect.stringContaining('is refused: parity, days')])
  })

  it('does nothing with --dry-run but show what it would do', async () => {
    const bench = await registered()
    const { code, out } = await migrate(bench, 'promote', 'order-changed', '--dry-run')
    expect([code, out]).toEqual([0, expect.stringContaining('- the registry log is told')])
    expect((await migrate(bench, 'history', 'order-changed')).err).toContain('nothing was said of the stages')
  })

  it('is refused by an undecided dead letter, which no reason can waive', async () => {
    const spoilt = (text: string): string => text.replaceAll('"order_dt":20260102', '"order_dt":20261399')
    const bench = await registered({ rows: spoilt })
    const { code, out, err } = await migrate(
      bench,
      ...['promote', 'order-changed', '--waive', 'no dead letters', '--reason', 'they are old'],
    )
    expect(out).toMatch(/no dead letters +failed +1 undecided/)
    expect([code, err]).toEqual([1, expect.stringContaining('falsework dead-letters list, then retry or discard')])
    expect(await standing(bench)).toMatch(/\nall +shadow /)
  })

  it('goes past another gate with a reason, which is kept', async () => {
    const bench = await registered()
    await fillRawLog(bench, 1, 2)
    const late = { ports: () => ({ kafka: bench.kafka, clock: { ...systemClock, wallMs: () => Date.now() + 1e12 } }) }
    const refused = await falsework(['migrate', 'promote', 'order-changed'], late)
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('is refused: lag; --waive')])
    const waived = ['--waive', 'lag', '--reason', 'the night is ours']
    expect((await falsework(['migrate', 'promote', 'order-changed', ...waived], late)).code).toBe(0)
    const { out } = await migrate(bench, 'history', 'order-changed')
    expect(out).toMatch(/promote to live +1 +\S+ +lag: the night is ours/)
  })

  it.each([
    { name: 'a waiver without a reason', words: ['--waive', 'lag'], says: '--waive needs --reason' },
    { name: 'a gate that there is not', words: ['--waive', 'luck'], says: 'Expected one of: lag,' },
    {
      name: 'a stage that is not next',
      words: ['--to', 'native'],
      says: 'promote leads from shadow to live, not to native',
    },
    {
      name: 'a scope that is none',
      words: ['--scope', 'north'],
      says: "'north' is no value of public.orders.store_no",
    },
  ])('refuses $name', async ({ words, says }) => {
    const { code, err } = await migrate(await registered(), 'promote', 'order-changed', ...words)
    expect(err).toContain(says)
    expect(code).not.toBe(0)
  })

  it('is refused to parity where nothing says how events are compared', async () => {
    const bench = await registered({ stage: 'live', migration: null })
    const { err } = await migrate(bench, 'promote', 'order-changed')
    expect(err).toContain('NO_MIGRATION')
  })

  it('leads on one scope, and shows it beside all', async () => {
    const bench = await registered()
    await migrate(bench, 'promote', 'order-changed', '--scope', '3')
    await caughtUp(bench)
    expect(await standing(bench)).toMatch(/\nall +shadow +none +0 .*\n3 +live +legacy +1 /)
  })
})

describe('falsework migrate history', () => {
  it('prints every word with who said it, and its evidence as JSON', async () => {
    const bench = await registered()
    await migrate(bench, 'promote', 'order-changed', '--reason', 'shadow was clean')
    const { out } = await migrate(bench, 'history', 'order-changed', '-o', 'json')
    const { items } = JSON.parse(out) as { items: object[] }
    expect(items).toMatchObject([
      { to: 'live', epoch: 1, reason: 'shadow was clean', evidence: [{ gate: 'lag', verdict: 'passed' }, {}, {}] },
    ])
  })
})
