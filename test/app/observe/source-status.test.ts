import { describe, expect, it } from 'vitest'
import { encodeCheckpoint } from '../../../src/core/delivery/checkpoint-codec.ts'
import { type Checkpoint, firstCheckpoint } from '../../../src/core/delivery/checkpoint.ts'
import { checkpointTopicKeys } from '../../../src/core/delivery/checkpoint-topic.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { sourceStatus, type StatusLine } from '../../../src/app/observe/source-status.ts'
import { benchProject, installation, names } from '../bench-project.ts'

const checkpoint: Checkpoint = firstCheckpoint({
  source: 'bench',
  incarnation: 1,
  next: 0,
  registryOffset: 9,
  timeZoneDatabase: 'test',
})

async function statusOf(stored: Checkpoint): Promise<StatusLine | undefined> {
  const { kafka, register } = installation()
  await register(await benchProject())
  const value = encodeCheckpoint(stored)
  kafka.cluster.append(names.checkpoint('bench'), { key: Buffer.from(checkpointTopicKeys.checkpoint), value })
  const [line] = await sourceStatus(await readRegistry(kafka.openControlLog), {
    names,
    topicReader: kafka.topicReader,
    reports: null,
    protectionOf: async () => await Promise.resolve({ verdict: 'protected', why: '' }),
  })
  return line
}

describe('the status of a source', () => {
  it('has no notices when the checkpoint has none', async () => {
    expect(await statusOf(checkpoint)).toMatchObject({ notices: [] })
  })

  it('says what waits behind failed inputs, and since when', async () => {
    const unit = { topic: 'orders.v1', key: '7' }
    const held = {
      next: 9,
      inputs: 3,
      bytes: 1_200,
      holds: [
        { unit, next: 6, end: 8, sinceUs: '1767000000000000' },
        { unit: { topic: 'orders.v1', key: '8' }, next: 7, end: 8, sinceUs: '1767000060000000' },
        { unit: { topic: 'risk.v1', key: null }, next: 8, end: 9, sinceUs: '1767000120000000' },
      ],
      blockers: [{ number: 6, letter: 'a letter', mapping: 'order-changed', revision: 'r1', units: [unit] }],
    }
    expect((await statusOf({ ...checkpoint, format: 2, held }))?.held).toEqual({
      inputs: 3,
      sinceMs: 1_767_000_000_000,
      topics: [
        { topic: 'orders.v1', keys: 2, sinceMs: 1_767_000_000_000 },
        { topic: 'risk.v1', keys: 'all', sinceMs: 1_767_000_120_000 },
      ],
      behind: [{ mapping: 'order-changed', letter: 'a letter' }],
    })
    expect(
      (await statusOf({ ...checkpoint, format: 2, held: { ...held, inputs: 0, holds: [], blockers: [] } }))?.held,
    ).toBe(null)
  })

  it('names tables that the catalog does not know and transactions that may have lost rows, whoever translates', async () => {
    const noticed = {
      unknownTables: [{ table: 'public.orders_2026', offset: 4 }],
      suspectedHeads: { times: 2, transaction: '771', offset: 12 },
    }
    expect((await statusOf({ ...checkpoint, noticed }))?.notices).toEqual([
      'rows of public.orders_2026, which the catalog does not know, are passed over (first at offset 4): run ' +
        '`falsework catalog pull`, look whether a mapping must name it, and `falsework register`',
      '2 source transactions may have lost the first rows at a restart of the connector, the last one 771 at offset 12: ' +
        'see whether `falsework audit SOURCE` finds rows that differ',
    ])
  })
})
