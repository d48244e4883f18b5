/** Settings and publications that make less arrive than the database has, one at a time. */
import { describe, expect, it } from 'vitest'
import { conditionsOf } from '../../src/core/capture/connector/capture-conditions.ts'
import type { CaptureFindings } from '../../src/core/capture/connector/capture-findings.ts'
import type { PublishedTable } from '../../src/core/capture/connector/postgres-facts.ts'
import {
  heartbeats,
  orders,
  signals,
  sound,
  withFacts,
  withPublication,
  withSettings,
} from '../core/capture/connector/sound-capture.ts'
import { caseFile } from './run-case.ts'

const violated = (findings: CaptureFindings): readonly string[] =>
  conditionsOf('postgres').flatMap((condition) =>
    condition.judge(findings).kind === 'violated' ? [condition.code] : [],
  )

const lists = 'connector-captures-mapped-tables'
const changes = 'connector-changes-nothing'
const recorded = JSON.parse(caseFile('connector-captures-less', 'connector-settings.json')) as Record<string, string>

describe('a connector that captures less than it seems to', () => {
  it.each<[Readonly<Record<string, string | null>>, string]>([
    [recorded, lists],
    [{ 'table.exclude.list': 'public.orders' }, lists],
    [{ 'schema.include.list': 'sales' }, lists],
    [{ 'schema.exclude.list': 'public' }, lists],
    [{ 'column.exclude.list': 'public.orders.status' }, lists],
    [{ 'column.include.list': 'public.orders.id' }, lists],
    [{ 'column.truncate.to.5.chars': 'public.orders.status' }, lists],
    [{ 'column.mask.with.12.chars': 'public.orders.status' }, lists],
    [{ 'column.mask.hash.SHA-256.with.salt.abc': 'public.orders.status' }, lists],
    [{ 'message.key.columns': 'public.orders:customer_id' }, changes],
    [{ 'key.converter': 'org.apache.kafka.connect.storage.StringConverter' }, 'connector-key-converter'],
    [{ 'key.converter.schemas.enable': 'true' }, 'connector-key-converter-schemas-enable'],
    [{ 'key.converter.schemas.enable': null }, 'connector-key-converter-schemas-enable'],
    [{ 'hstore.handling.mode': 'map' }, 'connector-hstore-handling-mode'],
    [{ 'interval.handling.mode': 'numeric' }, 'connector-interval-handling-mode'],
    [{ 'unavailable.value.placeholder': 'hex:00ff' }, 'connector-unavailable-value'],
    [{ 'snapshot.mode': 'initial_only' }, 'connector-snapshot-mode'],
    [{ 'slot.drop.on.stop': 'true' }, 'connector-slot-drop-on-stop'],
    [{ 'field.name.adjustment.mode': 'avro' }, changes],
    [{ 'post.processors': 'reselector' }, changes],
    [{ converters: 'isbn' }, changes],
  ])('%o is named', (settings, code) => {
    expect(violated(withSettings(settings))).toEqual([code])
  })

  it('is not seen where there is none', () => {
    expect(violated(sound)).toEqual([])
  })
})

const publishing = (table: Omit<PublishedTable, 'name'>): CaptureFindings =>
  withPublication({
    tables: [
      { name: orders, ...table },
      ...[heartbeats, signals].map((name) => ({ name, columns: null, rowFilter: null })),
    ],
  })

describe('a publication that has the table and publishes less than the whole of it', () => {
  it.each<[string, CaptureFindings]>([
    ['publication-operations', withPublication({ operations: ['insert'] })],
    ['publication-rows', publishing({ columns: null, rowFilter: "(status = 'N')" })],
    ['publication-columns', publishing({ columns: ['id'], rowFilter: null })],
    ['publication', withFacts({ publication: null })],
  ])('violates %s and nothing else', (code, findings) => {
    expect(violated(findings)).toEqual([code])
  })
})
