/** What a retry is said to come to is what it comes to when it is said. */
import { describe, expect, it } from 'vitest'
import { readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { latestCheckpoint } from '../../../src/app/observe/source-status.ts'
import { decideLetters } from '../../../src/app/operate/decide-letters.ts'
import { type TriedLetter, tryLetters } from '../../../src/app/operate/try-letters.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { HeldState } from '../../../src/core/held/held-state.ts'
import { benchProject, events, fillRawLog, installation, type Installation, names } from '../bench-project.ts'
import { reached, silent, start } from '../translate/running-daemon.ts'

const byStore = (text: string): string => text.replace('string(row.id)', 'string(row.store_no)')
const failing = (policy: string) => (text: string) =>
  `${byStore(text).replace('P: PAID, ', '')}onError: {unknownCode: ${policy}}\n`

const noKeys = (): never => {
  throw new FalseworkError('REFERENCE_UNRESOLVED', 'env:KEY is not set')
}

const tried = async ({ kafka }: Installation): Promise<readonly TriedLetter[]> => {
  const { topicReader, topicAdmin, openControlLog } = kafka
  const parts = { names, topicReader, topicAdmin, openControlLog, log: silent, keys: noKeys }
  return await tryLetters({ ids: [], class: 'unknownCode' }, parts)
}

const lettersOf = async ({ kafka }: Installation) =>
  (await readDeadLetters(kafka.topicReader, names.deadLetters)).letters

const heldOf = async ({ kafka }: Installation): Promise<HeldState | undefined> =>
  (await latestCheckpoint(kafka.topicReader, names.checkpoint('bench')))?.held

/** Orders that were paid have failed; the daemon has ended. */
async function failed(policy: string): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 5)
  await bench.register(await benchProject(failing(policy)))
  const { daemon, stop } = start(bench)
  await reached(daemon, ({ next }) => next === 60)
  await stop()
  return bench
}

/** Says it of the same letters, and has a daemon carry it out. */
async function retried(bench: Installation): Promise<void> {
  const { kafka } = bench
  const parts = { ...kafka, names, actor: 'ana', wallMs: () => 0, uuid: () => crypto.randomUUID() }
  await decideLetters({ action: 'retry', reason: '', wanted: { ids: [], class: 'unknownCode' }, run: 'say' }, parts)
  const end = await logEnd(bench)
  const { stop } = start(bench)
  for (;;) {
    const checkpoint = await latestCheckpoint(kafka.topicReader, names.checkpoint('bench'))
    const isDone = checkpoint !== null && checkpoint.registryOffset >= end && checkpoint.letters === undefined
    if (isDone && checkpoint.held?.releasing !== true) break
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await stop()
}

const logEnd = async ({ kafka }: Installation): Promise<number> => (await readRegistry(kafka.openControlLog)).end

const keyOf = (line: string): string => line.split(' ')[1] ?? ''

describe('a retry that is tried', () => {
  it('tells which events a corrected revision makes of each, and writes nothing', async () => {
    const bench = await failed('deadLetter')
    await bench.register(await benchProject(byStore))
    const before = [await events(bench), await lettersOf(bench), await logEnd(bench), await heldOf(bench)]
    const trial = await tried(bench)
    expect([await events(bench), await lettersOf(bench), await logEnd(bench), await heldOf(bench)]).toEqual(before)
    expect(new Set(trial.map(({ result, revision }) => `${result} r${revision ?? 0}`))).toEqual(
      new Set(['published r2']),
    )
    expect(trial[0]?.records).toEqual([
      { event: 'OrderChanged.v1', topic: 'order-changes.v1', key: expect.stringMatching(/^\d+$/) as unknown },
    ])
    await retried(bench)
    const published = await events(bench)
    const was = new Set(before[0] as readonly string[])
    const came = published.filter((line) => !was.has(line)).map(keyOf)
    expect(trial.flatMap(({ records }) => records.map(({ key }) => key)).toSorted()).toEqual(came.toSorted())
    expect(await lettersOf(bench)).toEqual([])
  })

  it('names where those fail that the revision in force fails at as well, without a value of theirs', async () => {
    const trial = await tried(await failed('deadLetter'))
    expect(new Set(trial.map(({ result }) => result))).toEqual(new Set(['fails']))
    expect(trial[0]).toMatchObject({ records: [], reason: null, revision: 1 })
    expect(trial[0]?.failure).toEqual({
      class: 'unknownCode',
      at: 'changed.status',
      place: 'mappings/order-changed.yaml:19:20',
      policy: 'deadLetter',
    })
  })

  it('tells which of them would be skipped', async () => {
    const bench = await failed('deadLetter')
    await bench.register(await benchProject(failing('{skip: agreed}')))
    expect(new Set((await tried(bench)).map(({ result }) => result))).toEqual(new Set(['skipped']))
    await retried(bench)
    expect(await lettersOf(bench)).toEqual([])
  })

  it('tells which of them wait behind those of their key that fail', async () => {
    const bench = await failed('deadLetter')
    await bench.register(await benchProject(failing('holdKey')))
    const results = Map.groupBy(await tried(bench), ({ result }) => result)
    expect([...results.keys()].toSorted()).toEqual(['fails', 'waits'])
    await retried(bench)
    const { blockers = [], inputs = 0 } = (await heldOf(bench)) ?? {}
    expect(
      results
        .get('fails')
        ?.map(({ id }) => id)
        .toSorted(),
    ).toEqual(blockers.map(({ letter }) => letter).toSorted())
    expect(results.get('waits')).toHaveLength(inputs - blockers.length)
  })

  it('tells of those that others wait behind what comes of them when it is their turn', async () => {
    const bench = await failed('holdKey')
    const trial = await tried(bench)
    expect(new Set(trial.map(({ result }) => result))).toEqual(new Set(['fails']))
    await bench.register(await benchProject(byStore))
    const corrected = await tried(bench)
    expect(corrected.map(({ id }) => id)).toEqual(trial.map(({ id }) => id))
    expect(new Set(corrected.map(({ result }) => result))).toEqual(new Set(['published']))
  })

  it('tells of those that nothing comes of any more', async () => {
    const bench = await failed('deadLetter')
    await bench.register(await benchProject((text) => text.replace("after.status != 'X'", "after.status == 'X'")))
    expect(new Set((await tried(bench)).map(({ result }) => result))).toEqual(new Set(['nothing']))
  })

  it('does not guess what look-ups find that the input has not asked', async () => {
    const bench = await failed('deadLetter')
    const lookups = 'lookups:\n  others: {table: orders, key: [id], columns: [qty], missing: null}\nrules:'
    const edit = (text: string): string =>
      text.replace('rules:', lookups).replace('"after.qty"', '"coalesce(others(after.id).qty, after.qty)"')
    await bench.register(await benchProject(edit))
    const trial = await tried(bench)
    expect(trial.map(({ result, records }) => [result, records])).toEqual(trial.map(() => ['unknown', []]))
  })
})
