/** An input waits, and meanwhile a column that it carries becomes one that is written otherwise. */
import { describe, expect, it } from 'vitest'
import { transactionRecords } from '../../../bench/workload.ts'
import { readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import { latestCheckpoint } from '../../../src/app/observe/source-status.ts'
import type { Project } from '../../../src/app/project/project-texts.ts'
import { benchProject, events, fillRawLog, installation, type Installation, names, rawLog } from '../bench-project.ts'
import { reached, start, translated } from './running-daemon.ts'

/** It publishes `touched_at`, and does not know the status P: what has it waits, and all that comes later. */
const asFirst = (mapping: string): string =>
  `${known(mapping).replace(', P: PAID', '')}onError: {unknownCode: holdMapping}\n`

const known = (mapping: string): string =>
  mapping.replace('changedAt: "meta.ts"', 'changedAt: "zoned(after.touched_at, \'UTC\')"')

/** The column as the catalog has it. */
async function project(edit: (mapping: string) => string, type: string): Promise<Project> {
  const { texts, ...others } = await benchProject(edit)
  const catalogs = texts.catalogs.map(({ path, text }) => ({
    path,
    text: text.replace(/("name": "touched_at",\s+"type": ")[^"]*"/, `$1${type}"`),
  }))
  return { ...others, texts: { ...texts, catalogs } }
}

const inMs = 'timestamp(3) without time zone'
const inUs = 'timestamp(6) without time zone'

/** As a `timestamp(3)` is written, with or without the word of the connector that it is one. */
async function fillInMs(bench: Installation, says: 'its forms' | 'nothing'): Promise<void> {
  await fillRawLog(bench, 0, 0)
  const forms = Buffer.from(JSON.stringify({ touched_at: 'io.debezium.time.Timestamp' }))
  for (let number = 0; number < 6; number++) {
    for (const { key, value } of transactionRecords(rawLog, number)) {
      const text = (value?.toString() ?? '').replaceAll(/"touched_at":(\d{13})\d{3}/g, '"touched_at":$1')
      const headers = says === 'its forms' ? [['falsework.columns', forms] as const] : []
      bench.kafka.cluster.append(rawLog, { key, value: Buffer.from(text), headers })
    }
  }
}

async function heldThenRetyped(says: 'its forms' | 'nothing') {
  const bench = installation()
  await fillInMs(bench, says)
  await bench.register(await project(asFirst, inMs))
  const { daemon, stop } = start(bench)
  await reached(daemon, ({ next }) => next === 72)
  await bench.register(await project(known, inUs))
  return { bench, daemon, stop }
}

const inputsHeld = async ({ kafka }: Installation): Promise<number | undefined> =>
  (await latestCheckpoint(kafka.topicReader, names.checkpoint('bench')))?.held?.inputs

describe('an input that waits while its column is retyped from ms to µs', () => {
  it('fails as one whose schema has drifted, by the names of both forms, and gives no event of another time', async () => {
    const { bench, daemon, stop } = await heldThenRetyped('its forms')
    await reached(daemon, ({ counts }) => counts.deadLetters === 2)
    await stop()
    const { letters } = await readDeadLetters(bench.kafka.topicReader, names.deadLetters)
    expect(letters.map(({ class: name, content }) => [name, content['failure']])).toEqual([
      [
        'schemaDrift',
        expect.objectContaining({
          message: expect.stringContaining(
            'column public.orders.touched_at is timestamp(6) without time zone in the catalog, which comes as io.debezium.time.MicroTimestamp, and came as io.debezium.time.Timestamp',
          ) as unknown,
        }),
      ],
    ])
    expect(await events(bench)).toEqual([])
    expect(await inputsHeld(bench)).toBe(60)
  })

  it('goes by the revision in force where the connector says nothing of forms', async () => {
    const { bench, daemon, stop } = await heldThenRetyped('nothing')
    await reached(daemon, translated(60))
    await stop()
    expect(await inputsHeld(bench)).toBe(0)
  })
})
