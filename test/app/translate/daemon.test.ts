import { describe, expect, it } from 'vitest'
import { prometheusMetrics } from '../../../src/adapters/prometheus/prometheus-metrics.ts'
import { readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { decodeControlRecord, encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import { revisionHash } from '../../../src/core/registry/revision-hash.ts'
import type { LogFields } from '../../../src/ports/clock-log-metrics.ts'
import {
  benchProject,
  events,
  fillRawLog,
  fillTorn,
  fillWithoutHead,
  installation,
  type Installation,
  names,
} from '../bench-project.ts'
import { halted, reached, silent, start, translated } from './running-daemon.ts'

async function prepared(transactions: number): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, transactions)
  await bench.register(await benchProject())
  return bench
}

/** What a daemon publishes that nothing happens to. */
async function faultFree(transactions: number): Promise<string[]> {
  const bench = await prepared(transactions)
  const { daemon, stop } = start(bench)
  await reached(daemon, translated(transactions * 10))
  await stop()
  return await events(bench)
}

describe('the daemon', () => {
  it('translates what stands in the raw log, and what comes later', async () => {
    const bench = await prepared(3)
    const { daemon } = start(bench)
    await reached(daemon, translated(30))
    await fillRawLog(bench, 3, 5)
    await reached(daemon, translated(50))
    const lines = await events(bench)
    expect(lines).toHaveLength(50)
    expect(new Set(lines).size).toBe(50)
  })

  it('says once in the registry log that the source was started', async () => {
    const bench = await prepared(1)
    const first = start(bench)
    await reached(first.daemon, translated(10))
    await first.stop()
    await fillRawLog(bench, 1, 2)
    const second = start(bench)
    await reached(second.daemon, translated(10))
    const { sources } = await readRegistry(bench.kafka.openControlLog)
    expect(sources.get('bench')).toMatchObject({ incarnation: 1 })
    expect(await events(bench)).toHaveLength(20)
  })

  it.each(['commit-unknown-applied', 'commit-unknown-lost', 'refused'] as const)(
    'publishes the same events when an outcome is %s in the middle',
    async (fault) => {
      const wanted = await faultFree(40)
      const bench = await prepared(20)
      const { daemon } = start(bench)
      await reached(daemon, translated(200))
      bench.kafka.cluster.failNext(fault)
      await fillRawLog(bench, 20, 40)
      await reached(daemon, ({ next, state }) => state.phase === 'running' && next !== null && next >= 480)
      expect(await events(bench)).toEqual(wanted)
    },
  )

  it('recovers when the cluster was cut off for a while', async () => {
    const bench = await prepared(2)
    const { daemon } = start(bench)
    await reached(daemon, translated(20))
    bench.kafka.cluster.setReachable('no')
    await reached(daemon, ({ state }) => state.phase === 'recovering')
    bench.kafka.cluster.setReachable('yes')
    await fillRawLog(bench, 2, 4)
    await reached(daemon, translated(40))
    expect(await events(bench)).toHaveLength(40)
  })

  it('halts when the broker refuses the same records three times, and publishes nothing of them', async () => {
    const bench = await prepared(1)
    for (let refusal = 0; refusal < 12; refusal++) bench.kafka.cluster.failNext('refused')
    const { daemon } = start(bench)
    const { state } = await reached(daemon, halted)
    expect(state).toMatchObject({ phase: 'halted', code: 'PUBLISH_REFUSED' })
    expect(await events(bench).catch(() => [])).toEqual([])
  })

  it('halts at a transaction that lost its END, and goes on when the connector was set back before it', async () => {
    const wanted = await faultFree(5)
    const bench = await prepared(2)
    fillTorn(bench, 2)
    await fillRawLog(bench, 3, 5)
    const first = start(bench)
    const { state, next } = await reached(first.daemon, halted)
    expect(state).toMatchObject({ phase: 'halted', code: 'TX_LOST' })
    expect(next).toBe(24)
    expect(await events(bench)).toHaveLength(20)
    await first.stop()
    await fillRawLog(bench, 2, 5)
    const second = start(bench)
    await reached(second.daemon, translated(30))
    expect(await events(bench)).toEqual(wanted)
  })

  it('lets another daemon take over, which goes on where the first one was', async () => {
    const bench = await prepared(2)
    const first = start(bench)
    await reached(first.daemon, translated(20))
    const second = start(bench)
    bench.kafka.leases.takeSilently('bench')
    // It has fenced the first one, which holds the rows until it notices: before that it may publish what comes.
    await reached(second.daemon, ({ state }) => state.code === 'STORE_IN_USE')
    await fillRawLog(bench, 2, 4)
    await reached(second.daemon, translated(20))
    const lines = await events(bench)
    expect(lines).toHaveLength(40)
    expect(new Set(lines).size).toBe(40)
  })

  it('puts a new revision in force between source transactions', async () => {
    const bench = await prepared(1)
    const { daemon } = start(bench)
    await reached(daemon, translated(10))
    await bench.register(await benchProject((text) => text.replace('when: "after.status != \'X\'"', 'when: "false"')))
    const { end } = await readRegistry(bench.kafka.openControlLog)
    await reached(daemon, ({ registryOffset }) => registryOffset >= end)
    await fillRawLog(bench, 1, 3)
    await reached(daemon, ({ next }) => next !== null && next >= 36)
    expect(await events(bench)).toHaveLength(10)
  })
})

describe('the metrics of a daemon', () => {
  it('count what went through, and say that nothing waits', async () => {
    const bench = await prepared(3)
    const metrics = prometheusMetrics({ version: 'test', kafkaClient: 'memory', process: 'excluded' })
    const { daemon, stop } = start(bench, { metrics })
    await reached(daemon, translated(30))
    await stop()
    const text = await metrics.render()
    const lines = [
      'falsework_changes_consumed_total{source="bench",table="public.orders",op="u"} 30',
      'falsework_events_published_total{mapping="order-changed",event_type="OrderChanged.v1",stage="live"} 30',
      'falsework_event_latency_seconds_count{mapping="order-changed"} 30',
      'falsework_consumer_lag_records{topic="raw.bench",partition="0"} 0',
      'falsework_consumer_lag_seconds{topic="raw.bench",partition="0"} 0',
      'falsework_stage_duration_seconds_count{step="fetch"}',
      'falsework_stage_duration_seconds_count{step="translate"}',
      'falsework_stage_duration_seconds_count{step="transaction"}',
      'falsework_transactions_total{source="bench",outcome="committed"}',
      'falsework_last_event_timestamp_seconds{mapping="order-changed"}',
      'falsework_build_info{version="test",kafka_client="memory"} 1',
    ]
    expect(lines.filter((line) => !text.includes(line))).toEqual([])
  })

  it.each([
    ['refused', 'refused'],
    ['commit-unknown-lost', 'uncertain'],
  ] as const)(
    'count a Kafka transaction that was %s as %s, and show the source sound when it has got past it',
    async (...[fault, outcome]) => {
      const bench = await prepared(1)
      const metrics = prometheusMetrics({ version: 'test', kafkaClient: 'memory', process: 'excluded' })
      const { daemon, stop } = start(bench, { metrics })
      await reached(daemon, translated(10))
      bench.kafka.cluster.failNext(fault)
      await fillRawLog(bench, 1, 2)
      await reached(daemon, translated(20))
      await reached(daemon, ({ state }) => state.sound)
      const text = await metrics.render()
      expect(text).toContain(`falsework_transactions_total{source="bench",outcome="${outcome}"} 1`)
      expect(text).toContain('falsework_source_sound{source="bench"} 1')
      expect(text).toContain('falsework_source_state{source="bench",state="running"} 1')
      await stop()
      expect(await metrics.render()).toContain('falsework_source_state{source="bench",state="stopped"} 1')
    },
  )
})

describe('a transaction that may have lost its head', () => {
  it('is translated, counted and named once in the log', async () => {
    const bench = await prepared(1)
    fillWithoutHead(bench, 1)
    const warned: LogFields[] = []
    const metrics = prometheusMetrics({ version: 'test', kafkaClient: 'memory', process: 'excluded' })
    const log = { ...silent, warn: (_: string, fields: LogFields = {}) => void warned.push(fields) }
    const { daemon, stop } = start(bench, { metrics, log })
    await reached(daemon, translated(20))
    await stop()
    expect(warned).toStrictEqual([{ source: 'bench', transaction: '1001', offset: 23 }])
    expect(await metrics.render()).toContain('falsework_suspected_lost_heads_total{source="bench"} 1')
  })
})

describe('a rule that fails', () => {
  const impossibleDay = (text: string): string => text.replace('ymd(after.order_dt)', 'ymd(after.order_dt - 20260101)')

  it('is set aside whole as a dead letter, in the transaction of the checkpoint', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 1)
    await bench.register(await benchProject(impossibleDay))
    const { daemon } = start(bench)
    await reached(daemon, ({ counts }) => counts.deadLetters === 10)
    const { letters } = await readDeadLetters(bench.kafka.topicReader, names.deadLetters)
    expect(letters).toHaveLength(10)
    expect(letters[0]).toMatchObject({ mapping: 'order-changed', at: 'changed.placedOn', class: 'badDate' })
    expect(letters[0]?.place).toMatch(/^mappings\/order-changed\.yaml:23:/)
  })

  it('is skipped where its policy says so: counted, told once in the log, and no dead letter', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 2)
    const skipping = (text: string): string => `${impossibleDay(text)}\nonError: {badDate: {skip: days of a test}}\n`
    await bench.register(await benchProject(skipping))
    const metrics = prometheusMetrics({ version: 'test', kafkaClient: 'memory', process: 'excluded' })
    const warned: LogFields[] = []
    const log = {
      ...silent,
      warn: (message: string, fields: LogFields = {}) => {
        if (message.startsWith('inputs')) warned.push(fields)
      },
    }
    const { daemon, stop } = start(bench, { metrics, log })
    await reached(daemon, ({ next }) => next === 24)
    await fillRawLog(bench, 2, 3)
    const { counts, skipped } = await reached(daemon, ({ next }) => next === 36)
    await stop()
    expect([counts.events, counts.deadLetters]).toEqual([0, 0])
    expect(skipped).toEqual([{ mapping: 'order-changed', class: 'badDate', inputs: 30 }])
    expect((await readDeadLetters(bench.kafka.topicReader, names.deadLetters)).letters).toEqual([])
    expect(await metrics.render()).toContain(
      'falsework_inputs_skipped_total{mapping="order-changed",code="badDate"} 30',
    )
    expect(await metrics.render()).not.toContain('falsework_dead_letter_written_total{')
    expect(warned).toMatchObject([{ mapping: 'order-changed', class: 'badDate', reason: 'days of a test' }])
    expect(warned[0]?.['at']).toMatch(/^mappings\/order-changed\.yaml:23:\d+ changed\.placedOn$/)
  })

  it('gives the event with the field null where its policy says so and the field is optional, and is counted', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 1)
    const tooManyDigits = (text: string): string =>
      `${text.replace('"after.discount"', '"decimal(after.order_dt, 5, 2)"')}\nonError: {overflow: nullField}\n`
    await bench.register(await benchProject(tooManyDigits))
    const metrics = prometheusMetrics({ version: 'test', kafkaClient: 'memory', process: 'excluded' })
    const { daemon, stop } = start(bench, { metrics })
    const { counts } = await reached(daemon, translated(10))
    await stop()
    expect([counts.events, counts.deadLetters]).toEqual([10, 0])
    expect(await metrics.render()).toContain(
      'falsework_fields_nulled_total{mapping="order-changed",code="overflow"} 10',
    )
  })

  it('is set aside when its event is larger than the topic takes, and the other events go on', async () => {
    const bench = await prepared(0)
    bench.kafka.cluster.alterTopic('order-changes.v1', { 'max.message.bytes': '6000' })
    const long = 'S'.repeat(7_000)
    await fillRawLog(bench, 0, 1, (text) => text.replaceAll('"A-0002"', `"${long}"`))
    await fillRawLog(bench, 1, 2)
    const { daemon } = start(bench)
    const { counts } = await reached(daemon, translated(19))
    expect([counts.events, counts.deadLetters]).toEqual([19, 1])
    const { letters } = await readDeadLetters(bench.kafka.topicReader, names.deadLetters)
    expect(letters).toMatchObject([{ class: 'tooLarge', at: 'changed.OrderChanged' }])
    expect(letters[0]?.place).toMatch(/^mappings\/order-changed\.yaml:14:/)
    expect(JSON.stringify(letters[0]?.content['failure'])).toMatch(
      /"message":"the event has 7\d{3} bytes, and topic order-changes\.v1 takes 6000"/,
    )
  })

  it('is set aside whole when its rows are more than one record can hold', async () => {
    const bench = await prepared(0)
    const long = 'S'.repeat(700_000)
    const spoilt = (text: string): string =>
      text.replaceAll('"order_dt":20260103', '"order_dt":20261399').replaceAll('"A-0002"', `"${long}"`)
    await fillRawLog(bench, 0, 1, spoilt)
    await fillRawLog(bench, 1, 2)
    const { daemon } = start(bench)
    await reached(daemon, translated(19))
    const { letters } = await readDeadLetters(bench.kafka.topicReader, names.deadLetters)
    expect(letters).toMatchObject([{ class: 'badDate', incomplete: null }])
    expect(letters[0]?.content).toMatchObject({ failure: { before: { sku: long }, after: { sku: long } } })
  })

  it('is set aside by what the topic takes when revisions come into force, or is translated again', async () => {
    const bench = await prepared(1)
    const { daemon } = start(bench)
    await reached(daemon, translated(10))
    bench.kafka.cluster.alterTopic('order-changes.v1', { 'max.message.bytes': '100' })
    await fillRawLog(bench, 1, 2)
    // The broker refuses them once; the session that is opened then knows why.
    await reached(daemon, ({ counts }) => counts.deadLetters === 10)
    bench.kafka.cluster.alterTopic('order-changes.v1', { 'max.message.bytes': '1048588' })
    await bench.register(await benchProject((text) => `# again\n${text}`))
    const { end } = await readRegistry(bench.kafka.openControlLog)
    await reached(daemon, ({ registryOffset }) => registryOffset >= end)
    await fillRawLog(bench, 2, 3)
    await reached(daemon, translated(20))
  })

  it('halts the source where its policy says so, and a corrected revision goes on from that very transaction', async () => {
    const bench = await prepared(1)
    const { daemon } = start(bench)
    await reached(daemon, translated(10))
    const halting = (text: string): string => `${impossibleDay(text)}onError: {default: haltSource}\n`
    await bench.register(await benchProject(halting))
    const { end } = await readRegistry(bench.kafka.openControlLog)
    await reached(daemon, ({ registryOffset }) => registryOffset >= end)
    await fillRawLog(bench, 1, 2)
    const { state } = await reached(daemon, halted)
    expect(state).toMatchObject({ code: 'RULE_FAILED', position: 12 })
    expect(JSON.stringify(state)).toContain('mappings/order-changed.yaml:23:')
    await bench.register(await benchProject())
    await reached(daemon, translated(20))
    expect(await events(bench)).toHaveLength(20)
  })

  it('halts at a revision that this build cannot compile, until the mapping is registered again', async () => {
    const bench = await prepared(1)
    const log = await bench.kafka.openControlLog()
    const { records, end } = await log.read(0)
    const entry = records.at(-1)
    if (entry === undefined) throw new Error('nothing is registered')
    const record = decodeControlRecord(entry.value, entry.offset)
    if (record.kind !== 'revision') throw new Error('no revision')
    const { files } = record.content
    const text = files.mapping.text.replaceAll('after.store_no', 'after.gone_by')
    const content = { ...record.content, files: { ...files, mapping: { ...files.mapping, text } } }
    const uuid = '00000000-0000-4000-8000-00000000ffff'
    await log.append(encodeControlRecord({ ...record, uuid, basedOn: end, content, hash: revisionHash(content) }))
    const { daemon } = start(bench)
    const { state } = await reached(daemon, halted)
    expect(state).toMatchObject({ code: 'REVISION_UNREADABLE' })
    await bench.register(await benchProject())
    await reached(daemon, translated(10))
  })
})
