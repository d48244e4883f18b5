import { describe, expect, it } from 'vitest'
import { contractsById, readableEvent } from '../../../src/app/observe/decode-event.ts'
import { latestCheckpoint } from '../../../src/app/observe/source-status.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { decodeOwnership } from '../../../src/core/migration/ownership-record.ts'
import { controlFormat, type RegisteredStage, type StageRecord } from '../../../src/core/registry/control-record.ts'
import { encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import type { TopicRecord } from '../../../src/ports/topic-reader.ts'
import { benchProject, fillRawLog, installation, type Installation, names } from '../bench-project.ts'
import { halted, reached, start, translated } from './running-daemon.ts'

const scoped = (text: string): string => `${text}migration: {scope: {column: orders.store_no}}\n`

async function registered(stage: RegisteredStage): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 5)
  await bench.register(await benchProject(scoped), { stage })
  return bench
}

async function recordsIn({ kafka }: Installation, topic: string): Promise<TopicRecord[]> {
  const options = { from: 'beginning', follow: false, signal: new AbortController().signal } as const
  const records: TopicRecord[] = []
  for await (const record of kafka.topicReader.read(topic, options)) records.push(record)
  return records
}

const idsIn = async (bench: Installation, topic: string): Promise<string[]> =>
  (await recordsIn(bench, topic)).map(({ headers }) => headers.get('ce_id')?.toString() ?? '')

async function storesIn(bench: Installation, topic: string): Promise<string[]> {
  const contracts = contractsById(await readRegistry(bench.kafka.openControlLog))
  const records = await recordsIn(bench, topic)
  return records.map((record) => String(readableEvent(record, contracts).fields?.['storeNo']))
}

let uuids = 0

/** As an operator says it who has seen the ownership. */
async function say(
  { kafka }: Installation,
  word: Pick<StageRecord, 'to' | 'epoch' | 'seen'> & Partial<StageRecord>,
): Promise<number> {
  const log = await kafka.openControlLog()
  const { end } = await readRegistry(kafka.openControlLog)
  await log.append(
    encodeControlRecord({
      kind: 'stage',
      format: controlFormat,
      uuid: `word ${(uuids += 1)}`,
      basedOn: end,
      atMs: 0,
      actor: 'ana',
      mapping: 'order-changed',
      scope: null,
      transition: 'promote',
      reason: null,
      evidence: [],
      waivers: [],
      ...word,
    }),
  )
  await log.close()
  return end + 1
}

const toLive = { to: 'live', epoch: 1, seen: { owner: 'none', epoch: 0 } } as const

describe('a mapping in shadow', () => {
  it('publishes to shadow topics what it would publish live, under the same ids', async () => {
    const bench = await registered('shadow')
    const { daemon, stop } = start(bench)
    await reached(daemon, translated(50))
    await stop()
    const live = await registered('live')
    const running = start(live)
    await reached(running.daemon, translated(50))
    await running.stop()
    expect(await idsIn(bench, names.shadow('order-changes.v1'))).toEqual(await idsIn(live, 'order-changes.v1'))
    expect(await idsIn(bench, 'order-changes.v1')).toEqual([])
  })

  it('goes on in its public topic where it is promoted, owned by falsework from there on', async () => {
    const bench = await registered('shadow')
    const { daemon, stop } = start(bench)
    await reached(daemon, translated(50))
    const end = await say(bench, toLive)
    await reached(daemon, ({ registryOffset }) => registryOffset >= end)
    await fillRawLog(bench, 5, 8)
    await reached(daemon, translated(80))
    await stop()
    const checkpoint = await latestCheckpoint(bench.kafka.topicReader, names.checkpoint('bench'))
    const owned = { mapping: 'order-changed', scope: null, owner: 'legacy', epoch: 1 }
    expect(checkpoint?.owners).toMatchObject([owned])
    expect(checkpoint?.format).toBe(3)
    const told = await recordsIn(bench, names.ownership)
    expect(told.map(({ value }) => decodeOwnership(value ?? Buffer.of()))).toMatchObject([owned])
    expect((await idsIn(bench, names.shadow('order-changes.v1'))).length).toBe(50)
    expect((await idsIn(bench, 'order-changes.v1')).length).toBe(30)
  })

  it('goes on where its stage was when the daemon starts again', async () => {
    const bench = await registered('shadow')
    const first = start(bench)
    await reached(first.daemon, translated(50))
    const end = await say(bench, toLive)
    await reached(first.daemon, ({ registryOffset }) => registryOffset >= end)
    await first.stop()
    await fillRawLog(bench, 5, 6)
    const second = start(bench)
    await reached(second.daemon, translated(10))
    await second.stop()
    expect((await idsIn(bench, 'order-changes.v1')).length).toBe(10)
    expect((await recordsIn(bench, names.ownership)).length).toBe(1)
  })

  it('is promoted scope by scope: each row goes where its own scope is', async () => {
    const bench = await registered('shadow')
    const { daemon, stop } = start(bench)
    await reached(daemon, translated(50))
    const scopes = new Set(await storesIn(bench, names.shadow('order-changes.v1')))
    const [one = ''] = scopes
    const end = await say(bench, { ...toLive, scope: one })
    await reached(daemon, ({ registryOffset }) => registryOffset >= end)
    await fillRawLog(bench, 5, 15)
    await reached(daemon, translated(150))
    await stop()
    expect(new Set(await storesIn(bench, 'order-changes.v1'))).toEqual(new Set([one]))
    const inShadow = (await storesIn(bench, names.shadow('order-changes.v1'))).slice(50)
    expect(inShadow.length).toBeGreaterThan(0)
    expect(inShadow).not.toContain(one)
    expect(scopes.size).toBeGreaterThan(1)
  })

  it('halts its source at a change of a scope that somebody else owns', async () => {
    const bench = await registered('live')
    const first = start(bench)
    await reached(first.daemon, translated(50))
    const parity = { to: 'parity', epoch: 1, seen: { owner: 'legacy', epoch: 1 } } as const
    await say(bench, parity)
    await say(bench, { to: 'native', epoch: 2, seen: { owner: 'legacy', epoch: 1 } })
    await say(bench, { to: 'retired', epoch: 2, seen: { owner: 'native', epoch: 2 }, transition: 'retire' })
    await fillRawLog(bench, 5, 6)
    const { state } = await reached(first.daemon, halted)
    expect(state.code).toBe('NOT_OWNER')
    await first.stop()
  })
})
