/** What people are told of a migration that has gone wrong: by `migrate status`, and by `dead-letters`. */
import { describe, expect, it } from 'vitest'
import { encodeEpochReport, epochReportKey } from '../../../src/core/migration/epochs/epoch-report.ts'
import { benchProject, fillRawLog, type Installation, installation, names } from '../../app/bench-project.ts'
import { falsework, type Ran } from '../in-process.ts'

const mapping = 'order-changed'

async function registered(): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 1)
  await bench.register(await benchProject())
  return bench
}

function setAside({ kafka }: Installation, id: string): void {
  const place = { file: 'mappings/order-changed.yaml', line: 9, column: 3 }
  const failure = { class: 'violation', at: 'changed', place, scopes: [null] }
  const letter = { source: 'bench', mapping, rule: 'changed', transaction: '1', raw: { from: 0, to: 1 }, failure }
  const value = Buffer.from(JSON.stringify(letter))
  kafka.cluster.append(names.deadLetters, { partition: 0, key: Buffer.from(id), value })
}

async function watched({ kafka }: Installation, report: Parameters<typeof encodeEpochReport>[0]): Promise<void> {
  await kafka.appendRecord(names.parity, {
    key: Buffer.from(epochReportKey(mapping)),
    value: encodeEpochReport(report),
  })
}

const run = async ({ kafka }: Installation, ...parameters: string[]): Promise<Ran> =>
  await falsework(parameters, { ports: () => ({ kafka }) })

const status = async (bench: Installation): Promise<string> => (await run(bench, 'migrate', 'status', mapping)).err

const decrease = { topic: 'order-changes.v1', partition: 3, offset: 70, before: 2, epoch: 1, records: 5 }

describe('falsework migrate status', () => {
  it('tells of changes behind the fence: how many nobody has decided, and when the last one came', async () => {
    const bench = await registered()
    for (const id of ['a', 'b']) setAside(bench, id)
    expect(await status(bench)).toMatch(
      /warning: 2 changes behind the fence are set aside, the last at 20\d\d-\S+Z: find out who/,
    )
  })

  it('tells where an epoch has decreased, and what to do', async () => {
    const bench = await registered()
    await watched(bench, { atMs: Date.now(), decreases: [decrease], forgotten: 0 })
    const told = await status(bench)
    expect(told).toContain(
      'EPOCH_DECREASED: order-changes.v1, partition 3, offset 70: epoch 1 of a key that has had epoch 2 before, and 4 more',
    )
    expect(told).toContain('Two have published for one scope')
  })

  it('says what is not watched: keys for which there was no memory, and all of them while no daemon runs', async () => {
    const bench = await registered()
    await watched(bench, { atMs: 0, decreases: [], forgotten: 7 })
    const told = await status(bench)
    expect(told).toContain('7 keys were silent for long')
    expect(told).toContain('no daemon has watched the epochs since 1970-01-01T00:00:00.000Z')
  })

  it('tells of nothing while nothing is wrong', async () => {
    const bench = await registered()
    await watched(bench, { atMs: Date.now(), decreases: [], forgotten: 0 })
    expect(await status(bench)).not.toMatch(/epoch|fence/)
  })
})

describe('falsework dead-letters', () => {
  it.each([['list'], ['show', 'a']])('says of violations what is to be done about them: %s', async (...words) => {
    const bench = await registered()
    setAside(bench, 'a')
    expect((await run(bench, 'dead-letters', ...words)).err).toMatch(
      /the new service owns their scope.*export.*discard/,
    )
  })
})
