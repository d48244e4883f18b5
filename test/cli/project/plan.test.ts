/** What registering would change is seen before, and what was reviewed is what is carried out. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { type CopiedBench, copiedBench } from './copied-bench.ts'

const mapping = 'mappings/order-changed.yaml'
const contract = 'contracts/OrderChanged.v1.avsc'
const withOtherDefault = (text: string): string => text.replace("'NONE'", "'UNKNOWN'")
const withField = (text: string): string =>
  text.replace(
    '"fields": [',
    '"fields": [\n    {"name": "channel", "type": ["null", "string"], "default": null, "doc": "Where."},',
  )

const yes = async (): Promise<boolean> => await Promise.resolve(true)
const no = async (): Promise<boolean> => await Promise.resolve(false)

const revisionOf = async ({ bench }: CopiedBench): Promise<number | undefined> =>
  (await readRegistry(bench.kafka.openControlLog)).mappings.get('order-changed')?.current.number

describe('falsework plan', () => {
  it('shows what a first registration makes, and makes nothing', async () => {
    const { bench, run } = copiedBench()
    const { code, out, err } = await run('plan')
    expect(out).toBe(
      `+ order-changed  r1  bench  new
    warning: no fixture case: nobody has seen what it makes of a change
    creates topic order-changes.v1 (6 partitions, delete)
    OrderChanged.v1: first schema of order-changes.v1-com.acme.bench.OrderChanged
    the registry log is told of the tables of bench (new)
`,
    )
    expect(err).toContain('1 mapping: 1 to add, 0 to change, 0 unchanged\n')
    expect(code).toBe(0)
    expect((await bench.kafka.topicAdmin.describe(['order-changes.v1', 'falsework.registry'])).size).toBe(0)
  })

  it('says so when nothing is pending', async () => {
    const { run } = copiedBench()
    await run('register')
    const { code, out } = await run('plan', '--detailed-exitcode')
    expect(out).toBe('= order-changed  r1  bench  unchanged\n')
    expect(code).toBe(0)
  })

  it('ends with exit 2 when changes are pending, where that is asked for', async () => {
    const { run, edit } = copiedBench()
    await run('register')
    edit(mapping, withOtherDefault)
    const { code, out } = await run('plan', '--detailed-exitcode')
    expect(out).toMatch(/^~ order-changed {2}r1 -> r2 {2}bench {2}changed\n/)
    expect(code).toBe(2)
    expect((await run('plan')).code).toBe(0)
  })

  it('names the fields that a new version of a contract adds', async () => {
    const { run, edit } = copiedBench()
    await run('register')
    edit(contract, withField)
    const { out } = await run('plan')
    expect(out).toContain('    OrderChanged.v1: + channel  compatible\n')
  })

  it('names who reads the topic of a contract that changes, and how far behind', async () => {
    const { bench, run, edit } = copiedBench()
    await run('register')
    const { cluster, groups } = bench.kafka
    for (const partition of [0, 1, 1]) cluster.append('order-changes.v1', { partition })
    groups.set('billing', { members: [['order-changes.v1']], committed: new Map([['order-changes.v1', [1, 1]]]) })
    groups.set('reports', { members: [['order-changes.v1'], ['order-changes.v1']], committed: new Map() })
    groups.set('others', { members: [['invoices.v1']], committed: new Map() })
    expect((await run('plan')).out).not.toContain('read by')
    edit(contract, withField)
    expect((await run('plan')).out).toContain(`
    OrderChanged.v1: + channel  compatible
    order-changes.v1 is read by billing: 1 member, 1 record behind
    order-changes.v1 is read by reports: 2 members, nothing committed
`)
    expect(JSON.parse((await run('plan', '-o', 'json')).out)).toMatchObject({
      items: [
        {
          readers: [
            { topic: 'order-changes.v1', group: 'billing', state: 'Stable', members: 1, lag: 1 },
            { topic: 'order-changes.v1', group: 'reports', members: 2, lag: null },
          ],
        },
      ],
    })
  })

  it('names who reads an event that is published no longer', async () => {
    const { bench, run, edit } = copiedBench()
    await run('register')
    bench.kafka.groups.set('billing', { members: [], committed: new Map([['order-changes.v1', [0]]]) })
    edit(mapping, (text) => text.replace('topic: order-changes.v1', 'topic: order-changes.v2'))
    expect((await run('plan')).out).toContain(`
    OrderChanged.v1: no longer published into order-changes.v1
    order-changes.v1 is read by billing: 0 members, 0 records behind
`)
  })

  it('refuses a contract that breaks a promise, with the field', async () => {
    const { run, edit } = copiedBench()
    await run('register')
    edit(contract, (text) => text.replace('"scale": 2', '"scale": 4'))
    edit(mapping, (text) => text.replace('total_cents, 2', 'total_cents, 4'))
    const { code, err } = await run('plan')
    expect(err).toContain('FW2409')
    expect(code).toBe(1)
  })

  it('gives programs each mapping', async () => {
    const { out } = await copiedBench().run('plan', '-o', 'json')
    expect(JSON.parse(out)).toMatchObject({
      kind: 'Plan',
      items: [{ mapping: 'order-changed', change: 'new', from: null, to: 1, tables: 'new' }],
      next_steps: ['falsework register'],
    })
  })
})

describe('falsework register --plan', () => {
  const planned = async (): Promise<CopiedBench> => {
    const copied = copiedBench()
    await copied.run('plan', '--out', 'reviewed.json')
    return copied
  }

  it('carries out what was reviewed', async () => {
    const copied = await planned()
    expect((await copied.run('register', '--plan', 'reviewed.json')).code).toBe(0)
    expect(await revisionOf(copied)).toBe(1)
  })

  it('is refused with exit 5 when the files are others', async () => {
    const copied = await planned()
    copied.edit(mapping, withOtherDefault)
    const { code, err } = await copied.run('register', '--plan', 'reviewed.json')
    expect(err).toContain('error PLAN_STALE: the plan is not carried out: the files of the project')
    expect(code).toBe(5)
    expect((await copied.bench.kafka.topicAdmin.describe(['order-changes.v1'])).size).toBe(0)
  })

  it('is refused with exit 5 when somebody has registered meanwhile', async () => {
    const copied = await planned()
    await copied.run('register')
    const { code, err } = await copied.run('register', '--plan', 'reviewed.json')
    expect(err).toContain('error PLAN_STALE: the plan is not carried out: something was registered after it was made')
    expect(code).toBe(5)
  })

  it('goes by the same plan for the same files and log', async () => {
    const copied = await planned()
    await copied.run('plan', '--out', 'again.json')
    const [one, other] = ['reviewed.json', 'again.json'].map((file) => readFileSync(join(copied.root, file), 'utf8'))
    expect(other).toBe(one)
  })

  it.each([
    ['what is no plan', ['--plan', 'falsework.yaml'], 'PLAN_STALE', 5],
    ['a file that is not there', ['--plan', 'nope.json'], 'PROJECT_FILE', 1],
    ['names beside the plan', ['order-changed', '--plan', 'reviewed.json'], 'USAGE', 64],
  ])('refuses %s', async (_what, parameters, error, exit) => {
    const { code, err } = await (await planned()).run('register', ...parameters)
    expect(err).toContain(`error ${error}`)
    expect(code).toBe(exit)
  })
})

describe('falsework register at a terminal', () => {
  it('shows the plan, and changes nothing after a no', async () => {
    const { bench, runAsked } = copiedBench()
    const { code, err, asked } = await runAsked(no, 'register')
    expect(err).toMatch(/creates topic order-changes\.v1[^]*nothing was changed\n$/)
    expect([code, asked]).toEqual([1, 1])
    expect((await bench.kafka.topicAdmin.describe(['order-changes.v1'])).size).toBe(0)
  })

  it('registers after a yes, and does not ask again when nothing is pending', async () => {
    const copied = copiedBench()
    expect(await copied.runAsked(yes, 'register')).toMatchObject({ code: 0, asked: 1 })
    expect(await copied.runAsked(no, 'register')).toMatchObject({ code: 0, asked: 0 })
  })

  it('does not ask with --yes', async () => {
    expect(await copiedBench().runAsked(no, 'register', '--yes')).toMatchObject({ code: 0, asked: 0 })
  })

  it('lets the registration win that came between question and answer', async () => {
    const copied = copiedBench()
    const { code, err } = await copied.runAsked(async () => {
      copied.edit(mapping, withOtherDefault)
      await copied.run('register')
      return true
    }, 'register')
    expect(err).toContain('error REGISTRATION_CONFLICT: ')
    expect(code).toBe(5)
  })
})
