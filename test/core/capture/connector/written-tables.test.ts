import { describe, expect, it } from 'vitest'
import { captureConditions } from '../../../../src/core/capture/connector/capture-conditions.ts'
import { asked, type CaptureFindings } from '../../../../src/core/capture/connector/capture-findings.ts'
import type { Judgement } from '../../../../src/core/capture/connector/condition.ts'
import { writtenTablesOf } from '../../../../src/core/capture/connector/settings/written-tables.ts'
import {
  heartbeats,
  orders,
  rightsOn,
  signals,
  soundMariadb,
  soundMariadbFacts,
  withAccount,
  withMariadb,
  withSettings,
} from './sound-capture.ts'

const judged = (code: string, findings: CaptureFindings): Judgement | undefined =>
  captureConditions.find((condition) => condition.code === code)?.judge(findings)

describe('the tables that a connector writes', () => {
  it.each([
    ['INSERT INTO public.beat VALUES (1) ON CONFLICT (id) DO UPDATE SET at = now()', 'public.beat', 'insert update'],
    ['insert ignore crm.beat values (1)', 'crm.beat', 'insert'],
    ['REPLACE INTO `crm` . `my beat` VALUES (1)', 'crm.my beat', 'insert delete'],
    ['UPDATE ONLY "Ops".beat SET at = now()', 'Ops.beat', 'update'],
    ['WITH old AS (SELECT 1) UPDATE ops.beat SET at = now()', 'ops.beat', 'update'],
    ['DELETE FROM ops.beat', 'ops.beat', 'delete'],
  ])('are read from %s', (query, table, writes) => {
    expect(writtenTablesOf({ 'heartbeat.action.query': query })).toEqual([
      { table, setting: 'heartbeat.action.query', writes: writes.split(' ') },
    ])
  })

  it.each(['INSERT INTO beat VALUES (1)', 'SELECT ops.beat()', '${env:BEAT}', ''])(
    'are not guessed where a session decides which one is meant: %s',
    (query) => {
      expect(writtenTablesOf({ 'heartbeat.action.query': query })).toEqual([])
    },
  )

  it('are the signals too, of which some strategies delete', () => {
    const settings = { 'signal.data.collection': 'ops.signals' }
    expect(writtenTablesOf(settings)).toMatchObject([{ table: 'ops.signals', writes: ['insert'] }])
    expect(
      writtenTablesOf({ ...settings, 'incremental.snapshot.watermarking.strategy': 'insert_delete' }),
    ).toMatchObject([{ writes: ['insert', 'delete'] }])
  })

  it('belong into the lists: the remedy says how they are spelt there', () => {
    const lists = {
      'schema.include.list': 'sales',
      'table.exclude.list': 'public.falsework_.*',
      'column.include.list': 'public.orders.*',
    }
    expect(judged('connector-captures-written-tables', { ...withSettings(lists), mappedTables: [] })).toMatchObject({
      violations: [
        {
          found: 'schema.include.list: public.falsework_heartbeat of heartbeat.action.query is not captured',
          remedy: 'add public to schema.include.list',
        },
        { remedy: 'take public.falsework_heartbeat out of what table.exclude.list names' },
        {
          found: 'column.include.list: public.falsework_signals of signal.data.collection is not captured',
          remedy: 'add public\\.falsework_signals\\..* to column.include.list',
        },
      ],
    })
  })

  it('are part of the advice on lists that leave out mapped tables', () => {
    expect(judged('connector-captures-mapped-tables', withSettings({ 'schema.include.list': 'sales' }))).toMatchObject({
      violations: [
        {
          remedy:
            'take public.orders, public.falsework_heartbeat, public.falsework_signals whole in schema.include.list, or remove it',
        },
      ],
    })
  })
})

describe('what the account of the connector lacks', () => {
  it('is named with the GRANT to type', () => {
    const poor = withAccount({
      missing: ['REPLICATION'],
      tables: rightsOn([orders], [heartbeats, 'usage', 'insert'], [signals, 'select']),
    })
    expect(judged('account-reads-log', poor)).toMatchObject({
      violations: [{ found: 'bridge lacks REPLICATION', remedy: 'ALTER ROLE bridge REPLICATION' }],
    })
    expect(judged('account-reads-tables', poor)).toMatchObject({
      violations: [
        {
          found: 'bridge lacks USAGE, SELECT for public.orders',
          remedy: 'GRANT USAGE ON SCHEMA "public" TO bridge; GRANT SELECT ON "public"."orders" TO bridge;',
        },
      ],
    })
    expect(judged('account-writes', poor)).toMatchObject({
      violations: [
        { remedy: 'GRANT SELECT, UPDATE ON "public"."falsework_heartbeat" TO bridge;' },
        {
          remedy: 'GRANT USAGE ON SCHEMA "public" TO bridge; GRANT INSERT ON "public"."falsework_signals" TO bridge;',
        },
      ],
    })
  })

  it('is named as MariaDB takes it', () => {
    const account = {
      name: "'dbz'@'%'",
      missing: ['REPLICATION SLAVE'],
      tables: rightsOn([orders, 'usage'], [signals, 'usage', 'select']),
    }
    expect(judged('account-reads-log', withMariadb({ account }))).toMatchObject({
      violations: [{ remedy: "GRANT REPLICATION SLAVE ON *.* TO 'dbz'@'%'" }],
    })
    expect(judged('account-writes', withMariadb({ account }))).toMatchObject({
      violations: [{ remedy: "GRANT INSERT ON `public`.`falsework_signals` TO 'dbz'@'%';" }],
    })
  })

  it('is not known where a role gives its rights', () => {
    const findings = { ...soundMariadb, database: asked({ ...soundMariadbFacts, account: null }) }
    expect(judged('account-writes', findings)).toMatchObject({ kind: 'notAsked' })
  })

  it('cannot be given for a table that is not there', () => {
    expect(
      judged('account-writes', withAccount({ tables: rightsOn([signals, 'usage', 'select', 'insert']) })),
    ).toMatchObject({
      violations: [{ found: 'there is no table public.falsework_heartbeat that bridge may see' }],
    })
  })
})
