import { describe, expect, expectTypeOf, it } from 'vitest'
import { exportedName, prometheusMetrics } from '../../../src/adapters/prometheus/prometheus-metrics.ts'
import {
  type LabelsOf,
  type MetricName,
  type MetricOf,
  metrics as declarations,
} from '../../../src/core/diagnostics/metrics.ts'

const build = { version: '0.1.0', kafkaClient: 'kafkajs 2.2.4', process: 'excluded' } as const

describe('the metrics', () => {
  it('have the names and labels that people rely on', () => {
    const promised = Object.entries(declarations).map(
      ([name, { kind, labels }]) => `${kind} ${exportedName(name as MetricName)}{${labels.join(',')}}`,
    )
    expect(promised).toEqual([
      'counter falsework_changes_consumed_total{source,table,op}',
      'counter falsework_events_published_total{mapping,event_type,stage}',
      'counter falsework_changes_skipped_total{source,reason}',
      'counter falsework_envelopes_parsed_whole_total{source}',
      'counter falsework_suspected_lost_heads_total{source}',
      'counter falsework_unknown_tables_total{source}',
      'counter falsework_unknown_columns_total{source}',
      'counter falsework_translate_failures_total{mapping,code}',
      'counter falsework_inputs_skipped_total{mapping,code}',
      'counter falsework_fields_nulled_total{mapping,code}',
      'gauge falsework_inputs_held{source}',
      'counter falsework_dead_letters_decided_total{source,outcome}',
      'histogram falsework_event_latency_seconds{mapping}',
      'histogram falsework_stage_duration_seconds{step}',
      'gauge falsework_consumer_lag_records{topic,partition}',
      'gauge falsework_consumer_lag_seconds{topic,partition}',
      'gauge falsework_last_event_timestamp_seconds{mapping}',
      'counter falsework_transactions_total{source,outcome}',
      'gauge falsework_source_sound{source}',
      'gauge falsework_source_state{source,state}',
      'gauge falsework_registry_unread{}',
      'counter falsework_fenced_total{source}',
      'counter falsework_dead_letter_written_total{code}',
      'counter falsework_violations_total{mapping}',
      'counter falsework_epoch_decreases_total{topic,partition}',
      'gauge falsework_rows_store_lag_records{source}',
      'gauge falsework_rows_store_entries{source}',
      'gauge falsework_rows_store_bytes{source}',
      'gauge falsework_mappings_awaiting_rows{source}',
      'gauge falsework_audit_timestamp_seconds{source}',
      'gauge falsework_audit_rows{source}',
      'gauge falsework_audit_differences{source}',
      'counter falsework_rows_written_total{source}',
      'gauge falsework_build_info{version,kafka_client}',
    ])
  })

  it('say what is running', async () => {
    const text = await prometheusMetrics(build).render()
    expect(text).toContain('falsework_build_info{version="0.1.0",kafka_client="kafkajs 2.2.4"} 1')
  })

  it('add, set and keep series apart by their labels', async () => {
    const metrics = prometheusMetrics(build)
    metrics.add('changes_consumed_total', { source: 'shop', table: 'public.orders', op: 'c' }, 3)
    metrics.add('changes_consumed_total', { source: 'shop', table: 'public.orders', op: 'c' }, 2)
    metrics.add('changes_consumed_total', { source: 'shop', table: 'public.orders', op: 'u' }, 1)
    metrics.set('consumer_lag_records', { topic: 'raw.shop', partition: '0' }, 7)
    metrics.set('consumer_lag_records', { topic: 'raw.shop', partition: '0' }, 4)
    const text = await metrics.render()
    expect(text).toContain('falsework_changes_consumed_total{source="shop",table="public.orders",op="c"} 5')
    expect(text).toContain('falsework_changes_consumed_total{source="shop",table="public.orders",op="u"} 1')
    expect(text).toContain('falsework_consumer_lag_records{topic="raw.shop",partition="0"} 4')
  })

  it('observe one duration for many events at once', async () => {
    const metrics = prometheusMetrics(build)
    metrics.observe('event_latency_seconds', { mapping: 'account' }, 0.2, 1000)
    metrics.observe('event_latency_seconds', { mapping: 'account' }, 0.05)
    metrics.observe('event_latency_seconds', { mapping: 'account' }, 999)
    const lines = (await metrics.render()).split('\n').filter((line) => line.includes('mapping="account"'))
    expect(lines).toEqual([
      'falsework_event_latency_seconds_bucket{mapping="account",le="0.05"} 1',
      'falsework_event_latency_seconds_bucket{mapping="account",le="0.1"} 1',
      ...['0.25', '0.5', '1', '2.5', '5', '10', '30', '60', '300'].map(
        (le) => `falsework_event_latency_seconds_bucket{mapping="account",le="${le}"} 1001`,
      ),
      'falsework_event_latency_seconds_bucket{mapping="account",le="+Inf"} 1002',
      'falsework_event_latency_seconds_sum{mapping="account"} 1199.05',
      'falsework_event_latency_seconds_count{mapping="account"} 1002',
    ])
  })

  it('escape what a label may hold', async () => {
    const metrics = prometheusMetrics(build)
    metrics.observe('event_latency_seconds', { mapping: 'a"b\\c\nd' }, 1)
    expect(await metrics.render()).toContain('falsework_event_latency_seconds_count{mapping="a\\"b\\\\c\\nd"} 1')
  })

  it('do not compile with a name, a kind or a label that is not declared', () => {
    expectTypeOf<'unheard_of_total'>().not.toExtend<MetricOf<'counter'>>()
    expectTypeOf<'fenced_total'>().toExtend<MetricOf<'counter'>>()
    expectTypeOf<'fenced_total'>().not.toExtend<MetricOf<'gauge'>>()
    expectTypeOf<LabelsOf<'fenced_total'>>().toEqualTypeOf<Readonly<Record<'source', string>>>()
    expectTypeOf<LabelsOf<'build_info'>>().toEqualTypeOf<Readonly<Record<'version' | 'kafka_client', string>>>()
  })

  it('show the process beside them when asked to', async () => {
    const metrics = prometheusMetrics({ ...build, process: 'included' })
    expect(await metrics.render()).toContain('process_resident_memory_bytes')
    expect(metrics.contentType).toContain('text/plain')
  })
})
