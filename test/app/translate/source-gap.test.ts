/** A daemon whose source has a gap: a replication slot that was dropped and created anew. */
import { describe, expect, it } from 'vitest'
import { voidRecord } from '../../../src/app/operate/void-record.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { beginIncarnation, resumeSource } from '../../../src/app/operate/resume-source.ts'
import { encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import { gap } from '../../core/registry/records.ts'
import {
  benchProject,
  events,
  fillRawLog,
  fillTorn,
  installation,
  type Installation,
  names,
  operatorOf,
} from '../bench-project.ts'
import { CapturedSource } from '../capture/captured-source.ts'
import { halted, reached, start, translated } from './running-daemon.ts'

async function prepared(transactions: number): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, transactions)
  await bench.register(await benchProject())
  return bench
}

/** Gives the offset of the record. */
async function sayGap({ kafka }: Installation, incarnation = 1): Promise<number> {
  const { end } = await readRegistry(kafka.openControlLog)
  const value = encodeControlRecord(gap(crypto.randomUUID(), end, { source: 'bench', incarnation }))
  kafka.cluster.append(names.registry, { key: null, value })
  return end
}

describe('a daemon whose slot was created anew', () => {
  it('halts, and halts after a restart when the connector has gone on, until an operator knows that nothing is missing', async () => {
    const bench = await prepared(1)
    const captured = await new CapturedSource().configure()
    await captured.sent(100)
    const lookAtSlot = captured.look
    const first = start(bench, { lookAtSlot })
    await reached(first.daemon, translated(10))
    captured.slot = 160
    const { state } = await reached(first.daemon, halted)
    expect(state).toMatchObject({ code: 'SOURCE_GAP', position: null })
    const [, offset] = /has confirmed 60 bytes .* \(record (\d+) of the registry log\)$/.exec(state.message ?? '') ?? []
    await first.stop()

    await captured.sent(200)
    await fillRawLog(bench, 1, 2)
    const second = start(bench, { lookAtSlot })
    expect((await reached(second.daemon, halted)).state.code).toBe('SOURCE_GAP')
    expect(await events(bench)).toHaveLength(10)

    await voidRecord({ offset: Number(offset), reason: 'a quiet night' }, operatorOf(bench))
    await reached(second.daemon, translated(10))
    await reached(second.daemon, ({ state: { sound } }) => sound)
    expect(await events(bench)).toHaveLength(20)
  })

  it('works while the database is out of reach, and ends although an answer never comes', async () => {
    const bench = await prepared(1)
    const asked = Promise.withResolvers<null>()
    const { daemon, stop } = start(bench, {
      lookAtSlot: async () => {
        asked.resolve(null)
        return await new Promise<never>(() => undefined)
      },
    })
    await asked.promise
    await fillRawLog(bench, 1, 2)
    await reached(daemon, translated(20))
    await stop()
    expect(await events(bench)).toHaveLength(20)
  })
})

describe('a gap in the registry log', () => {
  it('ends a session behind what is in hand, and is not seen to by looking again', async () => {
    const bench = await prepared(2)
    const first = start(bench)
    await reached(first.daemon, translated(20))
    await sayGap(bench)
    expect((await reached(first.daemon, halted)).state).toMatchObject({ code: 'SOURCE_GAP' })
    await first.stop()
    await fillRawLog(bench, 2, 3)
    await resumeSource({ source: 'bench', reason: 'look again' }, operatorOf(bench))
    const second = start(bench)
    expect((await reached(second.daemon, halted)).state).toMatchObject({ code: 'SOURCE_GAP' })
    expect(await events(bench)).toHaveLength(20)
  })

  it('ends a session in the middle of a source transaction', async () => {
    const bench = await prepared(1)
    fillTorn(bench, 1)
    const { daemon } = start(bench)
    await reached(daemon, translated(10))
    await sayGap(bench)
    expect((await reached(daemon, halted)).state).toMatchObject({ code: 'SOURCE_GAP' })
  })

  it('is over with a new incarnation, and halts only the one that it was seen in', async () => {
    const bench = await prepared(2)
    const { daemon } = start(bench)
    await reached(daemon, translated(20))
    await sayGap(bench)
    await reached(daemon, halted)
    await fillRawLog(bench, 2, 3)
    const word = { source: 'bench', reason: 'the slot was dropped', from: 24, behind: 24 }
    expect(await beginIncarnation(word, operatorOf(bench))).toMatchObject({ incarnation: 2 })
    await reached(daemon, translated(30))
    await sayGap(bench, 1)
    await fillRawLog(bench, 3, 4)
    await reached(daemon, translated(40))
    expect(await events(bench)).toHaveLength(40)
  })
})

describe('making the record of a gap void', () => {
  it('says what it was, and changes nothing the second time', async () => {
    const bench = await prepared(1)
    const offset = await sayGap(bench)
    const word = { offset, reason: 'a quiet night' }
    expect(await voidRecord(word, operatorOf(bench))).toEqual({
      offset,
      why: 'the replication slot of bench has confirmed 4096 bytes (0/16B3748 to 0/16B4748) that its connector had not sent, in incarnation 1',
      outcome: 'void',
      next: null,
    })
    expect(await voidRecord(word, operatorOf(bench))).toMatchObject({ outcome: 'unchanged' })
  })

  it('is refused of one that repeats another', async () => {
    const bench = await prepared(1)
    await sayGap(bench)
    const repeat = await sayGap(bench)
    await expect(voidRecord({ offset: repeat, reason: 'a quiet night' }, operatorOf(bench))).rejects.toMatchObject({
      code: 'VOID_REFUSED',
    })
  })
})
