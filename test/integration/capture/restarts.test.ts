/** A connector that is stopped, restarted or dies loses no row: the short form of `npm run capture-proof`. */
import { describe, expect, it } from 'vitest'
import { crashPoints } from '../../../scripts/capture-proof/crash-points.ts'
import { history, storySteps } from '../../../scripts/capture-proof/history.ts'
import { judge } from '../../../scripts/capture-proof/judge.ts'
import { offsetAt, ProofConnectors, rawTopicOf } from '../../../scripts/capture-proof/proof-connectors.ts'
import { ProofDatabase } from '../../../scripts/capture-proof/proof-database.ts'
import { ProofTopics } from '../../../scripts/capture-proof/proof-topics.ts'
import { summarize } from '../../../scripts/capture-proof/summary.ts'
import { placeOf } from '../../../src/core/capture/connector/stored-offset.ts'
import { isolated } from '../../stack/isolated.ts'

const { stack, prefix } = isolated('restarts')
const id = prefix.replaceAll(/[-.]+/g, '_')
/** COPY, and a changed key, with another session between them. */
const copies = storySteps.slice(-6)

describe('a connector that dies behind any offset that it has committed', { timeout: 300_000 }, () => {
  it('has lost nothing, and what came again is read once, where offsets stand between transactions', async () => {
    const run = { name: `${id}guarded`, protection: 'protected', heartbeatMs: 0 } as const
    const points = await crashPoints(stack, { ...run, steps: storySteps })
    const { count, lostRows, right } = summarize(points)
    expect({ lostRows, right }).toEqual({ lostRows: 0, right: count })
    expect(count).toBeGreaterThan(40)
    expect(new Set(points.map(({ offset }) => placeOf({ partition: {}, offset })))).toEqual(new Set(['between']))
  })

  it('has lost nothing with heartbeats inside of its transactions', async () => {
    const run = { name: `${id}beats`, protection: 'protected', heartbeatMs: 1 } as const
    const { count, lostRows, right } = summarize(await crashPoints(stack, { ...run, steps: history(7, 12) }))
    expect({ lostRows, right }).toEqual({ lostRows: 0, right: count })
  })

  it('loses rows without the transformation, so that this test would see it', async () => {
    const run = { name: `${id}bare`, protection: 'bare', heartbeatMs: 0 } as const
    expect(summarize(await crashPoints(stack, { ...run, steps: copies })).lostRows).toBeGreaterThan(0)
  })
})

describe('a transaction that is open while another one commits and the connector goes away', () => {
  const connectors = new ProofConnectors(stack)

  it.each([
    ['stopped and resumed', async (name: string) => await connectors.offsets.stop(name)],
    ['restarted', async (name: string) => await connectors.restart(name)],
    ['deleted and created again', async (name: string) => await connectors.remove(name)],
  ] as const)('is captured whole by a connector that is %s', async (what, interrupt) => {
    const name = `${id}story_${what.split(' ', 1).join('')}`
    const database = await ProofDatabase.create(stack, name)
    const topics = await ProofTopics.follow(stack.brokers, [rawTopicOf(name)])
    const connector = { name, database: name, protection: 'protected', batch: 2_048, heartbeatMs: 0 } as const
    await connectors.start(connector, offsetAt(await database.slotStart()))
    const insert = async (key: number) =>
      await database.run({ session: 0, sql: `INSERT INTO proof.rows VALUES (${key}, 1)` })

    await database.run({ session: 0, sql: 'BEGIN' })
    await insert(1)
    const other = await database.mark()
    await insert(2)
    const waiting = { waitMsMax: 60_000, nudge: async () => await Promise.resolve() }
    expect(await topics.untilEnd(rawTopicOf(name), other, waiting)).not.toBeNull()
    await interrupt(name)
    await insert(3)
    await database.run({ session: 0, sql: 'COMMIT' })
    if (what !== 'restarted') await connectors.resumed(connector)

    const mark = await database.mark()
    const end = await topics.untilEnd(rawTopicOf(name), mark, waiting)
    const records = topics.of(rawTopicOf(name)).slice(0, (end ?? 0) + 1)
    const verdict = judge(records, await database.truth(), { tables: database.tables, position: null })
    expect(verdict).toMatchObject({ lost: 0, assembler: 'right' })
    await connectors.remove(name)
    await topics.close({ remove: [rawTopicOf(name)] })
    await database.close()
  })
})
