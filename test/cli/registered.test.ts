/** What `get`, `tail` and `dead-letters list` show of an installation on memory adapters, and with which exit code. */
import { expect, it } from 'vitest'
import { benchProject, type Installation, installation } from '../app/bench-project.ts'
import { falsework, type Ran } from './in-process.ts'

const run = async ({ kafka }: Installation, ...parameters: string[]): Promise<Ran> =>
  await falsework(parameters, { ports: () => ({ kafka }) })

async function registered(): Promise<Installation> {
  const bench = installation()
  await bench.register(await benchProject())
  return bench
}

it('get shows mappings and events to people', async () => {
  const bench = await registered()
  const mappings = await run(bench, 'get', 'mappings')
  expect(mappings.out).toMatch(/^MAPPING +REVISION +STAGE +SOURCE/)
  expect(mappings.out).toMatch(/order-changed +r1 +live +bench .* ana +OrderChanged\.v1\n/)
  expect(mappings.code).toBe(0)
  expect((await run(bench, 'get', 'events')).out).toMatch(/OrderChanged\.v1 +order-changes\.v1 +order-changed/)
})

it('get shows sources to programs', async () => {
  const { out, code } = await run(await registered(), 'get', 'sources', '-o', 'json')
  expect(JSON.parse(out)).toMatchObject({ kind: 'Sources', items: [{ source: 'bench', mappings: ['order-changed'] }] })
  expect(code).toBe(0)
})

it('tail ends at once on an event without records, and names one that is not registered', async () => {
  const bench = await registered()
  expect(await run(bench, 'tail', 'OrderChanged', '--no-follow')).toEqual({ code: 0, out: '', err: '' })
  const unknown = await run(bench, 'tail', 'OrderMoved', '--no-follow')
  expect(unknown.err).toMatch(/^error UNKNOWN_NAME: /)
  expect(unknown.code).toBe(1)
})

it('get, tail and dead-letters list answer exit 3 when Kafka is cut off', async () => {
  const bench = await registered()
  bench.kafka.cluster.setReachable('no')
  for (const parameters of [
    ['get', 'mappings'],
    ['tail', 'OrderChanged'],
    ['dead-letters', 'list'],
  ]) {
    const { code, out, err } = await run(bench, ...parameters)
    expect(err).toMatch(/^error KAFKA_UNREACHABLE: /)
    expect([code, out]).toEqual([3, ''])
  }
})
