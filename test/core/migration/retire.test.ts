/** What a retirement does and leaves, as data. */
import { describe, expect, it } from 'vitest'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { captureRemoval } from '../../../src/core/migration/retire/capture-removal.ts'
import { remainsOf } from '../../../src/core/migration/retire/remains.ts'
import { retiredTopics } from '../../../src/core/migration/retire/retired-topics.ts'
import { type RetirementStepsOf, retirementSteps } from '../../../src/core/migration/retire/retirement-steps.ts'

const names = topicNames('acme.')

describe('the topics of a retired mapping', () => {
  const retiring = {
    source: 'shop',
    topics: ['orders.v1', 'orders.v2', 'orders.v1'],
    stillUsed: new Set<string>(),
    transactionalIds: ['falsework.native.orders.1'],
    isLast: true,
  }
  const fates = (fate: 'keep' | 'delete', other: Partial<typeof retiring> = {}): readonly string[] =>
    retiredTopics({ ...retiring, ...other }, names)
      .filter((one) => one.fate === fate)
      .map(({ topic }) => topic)

  it('stay where consumers and the new service read them', () => {
    expect(fates('keep')).toEqual([
      'acme.orders.v1',
      'acme.orders.v2',
      'acme.falsework.native.orders.1',
      'acme.falsework.ownership',
      'acme.falsework.registry',
    ])
  })

  it('go where falsework alone has written and read them, those of the source with its last mapping', () => {
    const ofStages = [
      'acme.shadow.orders.v1',
      'acme.shadow.orders.v2',
      'acme.native.orders.v1',
      'acme.native.orders.v2',
    ]
    expect(fates('delete', { isLast: false })).toEqual(ofStages)
    expect(fates('delete')).toEqual([
      ...ofStages,
      'acme.raw.shop',
      'acme.falsework.checkpoint.shop',
      'acme.falsework.held.shop',
    ])
  })

  it('of its stages stay as long as another mapping publishes to the same one', () => {
    const stillUsed = new Set(['orders.v1'])
    expect(fates('delete', { stillUsed, isLast: false })).toEqual(['acme.shadow.orders.v2', 'acme.native.orders.v2'])
  })
})

describe('what the connector has read from', () => {
  it('is a slot and a publication by the names of its settings, or those that Debezium gives them', () => {
    const removal = captureRemoval('postgres', { 'slot.name': "it's", 'publication.name': 'a "b"' })
    expect(removal?.slot.sql).toContain(
      "pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'it''s'",
    )
    expect(removal?.publication.sql).toBe('DROP PUBLICATION IF EXISTS "a ""b"""')
    expect(captureRemoval('postgres', {})).toMatchObject({
      slot: { purpose: expect.stringContaining('slot debezium ') as string },
      publication: { sql: 'DROP PUBLICATION IF EXISTS "dbz_publication"' },
    })
  })

  it('is nothing that would stay on MariaDB', () => {
    expect(captureRemoval('mariadb', {})).toBeNull()
  })
})

describe('the steps of a retirement', () => {
  const orders = { mapping: 'orders', due: [{ scope: null, epoch: 2 }], guard: [{ purpose: 'goes', sql: 'DROP' }] }
  const kinds = (of: RetirementStepsOf): readonly string[] => retirementSteps(of).map(({ kind }) => kind)

  it('open the legacy database only where the daemon knows, and take the connector down before its slot', () => {
    const capture = { connector: 'shop', removal: captureRemoval('postgres', {}) }
    expect(kinds({ mappings: [orders], capture })).toEqual([
      'say',
      'await',
      'guard',
      'connector',
      'slot',
      'publication',
    ])
  })

  it('leave what captures as long as another mapping is at work', () => {
    expect(kinds({ mappings: [orders, orders], capture: null })).toEqual(['say', 'say', 'await', 'guard', 'guard'])
  })

  it('say nothing of what is retired already', () => {
    const capture = { connector: 'a/b', removal: null }
    const steps = retirementSteps({ mappings: [{ ...orders, due: [] }], capture })
    expect(steps.map(({ kind }) => kind)).toEqual(['await', 'guard', 'connector'])
    expect(steps.at(-1)).toMatchObject({ request: 'DELETE /connectors/a%2Fb' })
  })
})

describe('what stays', () => {
  const settings = { 'signal.data.collection': 'public.debezium_signal' }
  const retiring = { source: 'shop', kind: 'postgres', connector: { name: 'shop', settings }, others: [] } as const

  it('is what people have made, and what stands where falsework cannot reach it', () => {
    expect(remainsOf(retiring).map(({ what }) => what)).toEqual([
      'table public.debezium_signal',
      'the account of the connector, and falsework_sync',
      'the offsets of shop in Kafka Connect',
      'the row store of shop',
    ])
  })

  it('is what captures, with those that need it still', () => {
    expect(remainsOf({ ...retiring, others: ['bills'] })).toEqual([
      {
        what: 'connector shop, its replication slot and publication, the raw log and the rows of shop',
        why: 'still needed by bills',
      },
    ])
  })
})
