import { describe, expect, it } from 'vitest'
import { transactionRecords } from '../../../bench/workload.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { beginIncarnation, type ResumedSource, resumeSource } from '../../../src/app/operate/resume-source.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import {
  benchProject,
  events,
  fillRawLog,
  fillWithoutHead,
  installation,
  type Installation,
  operatorOf,
  rawLog,
} from '../bench-project.ts'
import { halted, reached, silent, start, translated } from '../translate/running-daemon.ts'

async function newIncarnation(bench: Installation, from: number | null, behind: number): Promise<ResumedSource> {
  return await beginIncarnation({ source: 'bench', reason: 'the slot was dropped', from, behind }, operatorOf(bench))
}

async function prepared(transactions: number): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, transactions)
  await bench.register(await benchProject())
  return bench
}

/** Two rows of a snapshot of the table, as a connector takes it that has lost its place. */
function fillSnapshot({ kafka }: Installation): void {
  const [, ...rows] = transactionRecords(rawLog, 0)
  for (const [index, place] of ['first', 'last'].entries()) {
    const { key = null, value = null } = rows[index] ?? {}
    const row = JSON.parse(value?.toString() ?? '') as { readonly source: object }
    const taken = { ...row, before: null, op: 'r', transaction: null, source: { ...row.source, snapshot: place } }
    kafka.cluster.append(rawLog, { key, value: Buffer.from(JSON.stringify(taken)) })
  }
}

describe('a new incarnation', () => {
  it('is the way on behind a snapshot that nobody has asked for: positions may come again, ids never', async () => {
    const bench = await prepared(2)
    const { daemon } = start(bench)
    await reached(daemon, translated(20))
    fillSnapshot(bench)
    await fillRawLog(bench, 0, 1)
    expect((await reached(daemon, halted)).state).toMatchObject({ code: 'SNAPSHOT_UNEXPECTED', position: 24 })
    expect(await newIncarnation(bench, null, 24)).toMatchObject({ incarnation: 2, from: 24 })
    await reached(daemon, translated(30))
    await reached(daemon, ({ state }) => state.sound)
    const lines = await events(bench)
    expect(new Set(lines).size).toBe(30)
    expect((await readRegistry(bench.kafka.openControlLog)).sources.get('bench')).toMatchObject({ incarnation: 2 })
  })

  it('begins where it is told to, leaving out what stands before', async () => {
    const bench = await prepared(3)
    await newIncarnation(bench, 24, 0)
    const { daemon } = start(bench)
    await reached(daemon, translated(10))
    expect(await events(bench)).toHaveLength(10)
  })

  it('is begun by a source that runs, which opens anew for it', async () => {
    const bench = await prepared(2)
    const codes: unknown[] = []
    const { daemon } = start(bench, { log: { ...silent, warn: (_, fields) => void codes.push(fields?.['code']) } })
    await reached(daemon, translated(20))
    await newIncarnation(bench, 12, 0)
    await reached(daemon, translated(30))
    expect(codes).toEqual(['NEW_INCARNATION'])
    expect(new Set(await events(bench)).size).toBe(30)
  })

  it('passes over no sound transaction without a word: it is refused while one stands before the snapshot', async () => {
    const bench = await prepared(3)
    fillSnapshot(bench)
    await expect(newIncarnation(bench, null, 12)).rejects.toMatchObject({
      code: 'NO_SNAPSHOT_BEHIND',
      message: `2 source transactions end in ${rawLog} between 12 and the snapshot at 36`,
    })
    expect(await newIncarnation(bench, null, 36)).toMatchObject({ from: 36, consequences: [] })
  })

  it('is begun with a word of what it passes over, or of what comes again', async () => {
    const bench = await prepared(3)
    const consequences = async (from: number): Promise<readonly string[]> =>
      (await newIncarnation(bench, from, 12)).consequences
    expect(await consequences(24)).toEqual([
      'raw offsets 12 to 23: what stands before 24 and was not published is in no event',
    ])
    expect(await consequences(0)).toEqual(['what was published of raw offsets 0 to 11 comes again, under new ids'])
  })

  it('is found behind a record that nobody can decode, which may be what has halted the source', async () => {
    const bench = await prepared(1)
    bench.kafka.cluster.append(rawLog, { key: null, value: Buffer.from('{"foreign":1}') })
    fillSnapshot(bench)
    expect(await newIncarnation(bench, null, 12)).toMatchObject({ from: 13 })
  })

  it('is refused without a checkpoint unless somebody says where it begins: events would come again', async () => {
    const bench = await prepared(0)
    fillSnapshot(bench)
    const asked = beginIncarnation({ source: 'bench', reason: 'x', from: null, behind: null }, operatorOf(bench))
    await expect(asked).rejects.toMatchObject({ code: 'NO_SNAPSHOT_BEHIND' })
  })

  it('is refused where the raw log has no snapshot and nobody says where it begins', async () => {
    const bench = await prepared(2)
    await expect(newIncarnation(bench, null, 24)).rejects.toMatchObject({
      code: 'NO_SNAPSHOT_BEHIND',
      message: `${rawLog} has no row of a snapshot from 24 to 24`,
    })
  })

  it('is numbered behind one that was wanted and not begun yet', async () => {
    const bench = await prepared(1)
    await newIncarnation(bench, 0, 0)
    expect(await newIncarnation(bench, 12, 0)).toMatchObject({ incarnation: 2, from: 12 })
  })
})

describe('the word to look again', () => {
  it('wakes a halted source at once', async () => {
    const bench = await prepared(1)
    let mended = false
    const { daemon } = start(bench, {
      openRawLog: async (topic) => {
        if (!mended) throw new FalseworkError('CORRUPT_BATCH', 'the batch at offset 0 cannot be read')
        return await bench.kafka.openRawLog(topic)
      },
    })
    await reached(daemon, halted)
    mended = true
    const sinceMs = systemClock.nowMs()
    await resumeSource({ source: 'bench', reason: 'restored the disk' }, operatorOf(bench))
    await reached(daemon, translated(10))
    // By itself it would have looked ten seconds later.
    expect(systemClock.nowMs() - sinceMs).toBeLessThan(9_000)
  })

  it('takes from status what was noticed of lost heads', async () => {
    const bench = await prepared(1)
    fillWithoutHead(bench, 1)
    const { daemon } = start(bench)
    await reached(daemon, translated(20))
    const { registryOffset } = await resumeSource({ source: 'bench', reason: 'compared' }, operatorOf(bench))
    await reached(daemon, (report) => report.registryOffset > registryOffset)
    const record = await bench.kafka.topicReader.latest('falsework.checkpoint.bench', 'checkpoint')
    expect(record?.value?.toString()).not.toContain('suspectedHeads')
  })

  it('is refused of a source that nobody knows', async () => {
    const bench = await prepared(0)
    const asked = resumeSource({ source: 'nope', reason: 'x' }, operatorOf(bench))
    await expect(asked).rejects.toMatchObject({
      code: 'UNKNOWN_NAME',
      message: "there is no source 'nope'; have bench",
    })
  })
})
