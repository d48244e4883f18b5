/** A version of an event ends when nothing depends on it, and what depends on it is named until then. */
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { falsework, type Ran } from '../in-process.ts'
import { type CopiedBench, copiedBench } from './copied-bench.ts'

const mapping = 'mappings/order-changed.yaml'
const v1 = 'contracts/OrderChanged.v1.avsc'
const subject = 'order-changes.v1-com.acme.bench.OrderChanged'
const deprecated = (text: string): string =>
  text.replace(
    '- event: OrderChanged\n',
    '- event: OrderChanged\n        deprecated: {since: 2026-01-01, sunset: 2026-06-30}\n',
  )
/** The same fields under a name that nobody reads yet, in a topic of its own or in the same one. */
const renamed =
  (topic: string) =>
  (text: string): string =>
    text
      .replace(/- event: OrderChanged\n( +deprecated: .*\n)?/, '- event: OrderMoved\n')
      .replace('topic: order-changes.v1', `topic: ${topic}`)

const retire = async ({ root, bench }: CopiedBench, at: string, ...parameters: string[]): Promise<Ran> => {
  const { kafka, schemaRegistry } = bench
  const clock = { ...systemClock, wallMs: () => Date.parse(at) }
  const version = parameters.length === 0 ? ['OrderChanged.v1'] : parameters
  return await falsework(['contract', 'retire', ...version], {
    folder: root,
    ports: () => ({ kafka, schemaRegistry, clock }),
  })
}

const reads = ({ bench }: CopiedBench, group: string): void =>
  bench.kafka.groups.set(group, { members: [['order-changes.v1']], committed: new Map([['order-changes.v1', [0]]]) })

/** Registered with its last day, and then without it. */
async function published({ topic = 'order-moves.v1', first = deprecated } = {}): Promise<CopiedBench> {
  const copied = copiedBench()
  copied.edit(mapping, first)
  expect((await copied.run('register')).code).toBe(0)
  copied.add('contracts/OrderMoved.v1.avsc', {
    from: v1,
    change: (text) => text.replaceAll('OrderChanged', 'OrderMoved'),
  })
  copied.edit(mapping, renamed(topic))
  return copied
}

describe('falsework contract retire', () => {
  it('refuses a version that a file and a revision in force publish, and says until when it was promised', async () => {
    const copied = copiedBench()
    copied.edit(mapping, deprecated)
    await copied.run('register')
    reads(copied, 'billing')
    const { code, out, err } = await retire(copied, '2026-06-29T12:00:00Z')
    expect(out).toBe(`OrderChanged.v1  until 2026-06-30, 2 days left
    published by order-changed (mappings/order-changed.yaml)
    published by order-changed (r1, in force)
    order-changes.v1 is read by billing: 1 member, 0 records behind
  - order-changed publishes it: take it out of mappings/order-changed.yaml
  - r1 of order-changed is in force and publishes it: falsework register order-changed
  - its readers were promised it until 2026-06-30: wait
  - billing reads order-changes.v1: ask whose it is to move on, or to delete the group
`)
    expect([code, err]).toEqual([1, 'OrderChanged.v1 cannot be retired yet: 4 obstacles\n'])
  })

  it('refuses a version whose readers were told no end', async () => {
    const { code, out } = await retire(copiedBench(), '2026-06-29T12:00:00Z')
    expect(out).toContain('OrderChanged.v1  no end was told\n')
    expect(out).toContain('  - its readers were told no end: deprecated: {since, sunset} beside its event\n')
    expect(code).toBe(1)
  })

  it('refuses it as long as the revision in force publishes it, although no file does', async () => {
    const { code, out } = await retire(await published(), '2026-07-01T00:00:00Z')
    expect(out).toContain('  - r1 of order-changed is in force and publishes it: falsework register order-changed\n')
    expect(code).toBe(1)
  })

  it('refuses it until its last day is over, by the revision that has published it last', async () => {
    const copied = await published()
    await copied.run('register')
    const { code, out } = await retire(copied, '2026-06-30T23:59:59Z')
    expect([code, out]).toEqual([1, expect.stringContaining('1 day left')])
    expect(await retire(copied, '2026-07-01T00:00:00Z')).toMatchObject({ code: 0 })
  })

  it('names what can be removed when nothing depends on it, and removes nothing', async () => {
    const copied = await published()
    await copied.run('register')
    const { code, out, err } = await retire(copied, '2026-07-01T00:00:00Z')
    expect(out).toBe(`OrderChanged.v1  until 2026-06-30, 0 days left
  can be removed: subject ${subject} of the schema registry, once no retained record has its schema
  can be removed: file ${v1}
  can be removed: topic order-changes.v1, once nobody needs its records
`)
    expect([code, err]).toEqual([0, 'OrderChanged.v1 can be retired: nothing was removed\n'])
    expect(await copied.bench.schemaRegistry.versions(subject)).toHaveLength(1)
    expect((await retire(copied, '2026-07-01T00:00:00Z')).out).toBe(out)
  })

  it('refuses it while a group reads its topic', async () => {
    const copied = await published()
    await copied.run('register')
    reads(copied, 'billing')
    const { code, out } = await retire(copied, '2026-07-01T00:00:00Z')
    expect(out).toContain('  - billing reads order-changes.v1: ask whose it is')
    expect(code).toBe(1)
  })

  it('only warns of a group on a topic that has other events, too, and leaves the topic', async () => {
    const copied = await published({ topic: 'order-changes.v1' })
    await copied.run('register')
    reads(copied, 'billing')
    const { code, out } = await retire(copied, '2026-07-01T00:00:00Z')
    expect(out).toContain('  ! billing reads order-changes.v1, which has other events, too: whether it needs this one')
    expect(out).not.toContain('can be removed: topic')
    expect(code).toBe(0)
  })

  it('warns of a version that was taken away without a word', async () => {
    const copied = await published({ first: (text) => text })
    await copied.run('register')
    const { code, out } = await retire(copied, '2026-07-01T00:00:00Z')
    expect(out).toContain('  ! it is published no longer, and its readers were never told of an end\n')
    expect(code).toBe(0)
  })

  it('gives programs what depends on it', async () => {
    const copied = copiedBench()
    copied.edit(mapping, deprecated)
    reads(copied, 'billing')
    const { code, out } = await retire(copied, '2026-06-29T12:00:00Z', 'OrderChanged.v1', '-o', 'json')
    expect(JSON.parse(out)).toMatchObject({
      kind: 'Retirement',
      items: [
        { event: 'OrderChanged.v1', sunset: '2026-06-30', daysLeft: 2, publishers: [{ in: 'file' }], removable: [] },
      ],
    })
    expect(code).toBe(1)
  })

  it('of a version that there is not says what there is', async () => {
    const { code, err } = await retire(copiedBench(), '2026-07-01T00:00:00Z', 'OrderChanged.v2')
    expect(err).toContain(
      'error UNKNOWN_NAME: no contract \'OrderChanged.v2\' is in the project, and none was registered: did you mean "OrderChanged.v1"?',
    )
    expect(code).toBe(1)
  })

  it('says nothing of a project with a mistake, which may publish it', async () => {
    const copied = copiedBench()
    copied.edit(mapping, (text) => text.replace('after.store_no', 'after.stor_no'))
    const { code, err } = await retire(copied, '2026-07-01T00:00:00Z')
    expect([code, err]).toEqual([1, expect.stringContaining('; what has mistakes may publish it\n')])
  })
})
