/** No rule was for an input, so that it waits; a later revision has one. */
import { describe, expect, it } from 'vitest'
import { sourceTransaction } from '../../../bench/debezium/source-transaction.ts'
import { everyUpdate, updateRow } from '../../../bench/workload.ts'
import { type DeadLetter, readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { latestCheckpoint } from '../../../src/app/observe/source-status.ts'
import { decideLetters } from '../../../src/app/operate/decide-letters.ts'
import {
  benchProject,
  events,
  fillRawLog,
  installation,
  type Installation,
  names,
  rawLog,
  operatorOf,
} from '../bench-project.ts'
import { reached, type RunningDaemon, start } from './running-daemon.ts'
import { placeInLog } from './said-stages.ts'

/** The source transaction of that number empties the table, and does nothing else. */
function fillTruncate({ kafka }: Installation, number: number): void {
  const place = placeInLog(number)
  const row = updateRow({ update: 0, commitUs: place.commitUs }, everyUpdate)
  for (const { record } of sourceTransaction(place, [row])) {
    const text = record.value?.toString() ?? ''
    const parsed = JSON.parse(text) as Record<string, unknown>
    const isRow = parsed['op'] === 'u'
    const value = isRow ? JSON.stringify({ ...parsed, op: 't', before: null, after: null }) : text
    kafka.cluster.append(rawLog, { key: isRow ? null : record.key, value: Buffer.from(value) })
  }
}

/** With a rule for it, which fails where it says a status that nobody knows. */
const emptied =
  (status: string, onError = '') =>
  (mapping: string): string =>
    `${mapping}  - name: emptied
    on: {table: orders, op: truncate}
    publish:
      - event: OrderChanged
        key: "'all'"
        fields:
          orderId: "'all'"
          customerId: "'x'"
          storeNo: "1"
          status: "orderStatus('${status}')"
          previousStatus: "orderStatus('N')"
          total: "scaled(1, 2)"
          currency: "'EUR'"
          placedOn: "ymd(20260101)"
          sku: "'x'"
          quantity: "1"
          discount: "null"
          carrier: "'x'"
          changedAt: "meta.ts"
${onError}`

const letters = async ({ kafka }: Installation): Promise<readonly DeadLetter[]> =>
  (await readDeadLetters(kafka.topicReader, names.deadLetters)).letters

async function register(
  { bench, daemon }: Pick<RunningDaemon, 'daemon'> & { readonly bench: Installation },
  edit: (mapping: string) => string,
): Promise<void> {
  await bench.register(await benchProject(edit))
  await untilInForce(bench, daemon)
}

async function untilInForce(bench: Installation, daemon: RunningDaemon['daemon']): Promise<void> {
  const { end } = await readRegistry(bench.kafka.openControlLog)
  await reached(daemon, ({ registryOffset }) => registryOffset >= end)
  for (;;) {
    const checkpoint = await latestCheckpoint(bench.kafka.topicReader, names.checkpoint('bench'))
    if (checkpoint?.held?.releasing === undefined && checkpoint?.letters === undefined) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function retry(bench: Installation, ids: readonly string[]): Promise<void> {
  const said = { action: 'retry', reason: 'corrected', wanted: { ids }, run: 'say' } as const
  await decideLetters(said, operatorOf(bench))
}

async function unmapped() {
  const bench = installation()
  await fillRawLog(bench, 0, 1)
  await bench.register(await benchProject())
  const { daemon } = start(bench)
  await reached(daemon, ({ next }) => next === 12)
  fillTruncate(bench, 1)
  await reached(daemon, ({ next }) => next === 15)
  return { bench, daemon }
}

describe('an input that no rule was for, on which the rule of a later revision fails', () => {
  it.each(['holdKey', 'haltSource', 'deadLetter'])('has one dead letter, that of the rule (%s)', async (policy) => {
    const run = await unmapped()
    expect((await letters(run.bench)).map((letter) => letter.class)).toEqual(['unmapped'])
    await register(run, emptied('Q', `onError: {unknownCode: ${policy}}\n`))
    expect((await letters(run.bench)).map((letter) => [letter.class, letter.rule])).toEqual([
      ['unknownCode', 'emptied'],
    ])
  })

  it.each(['holdKey', 'deadLetter'])('is published once when that is corrected (%s)', async (policy) => {
    const run = await unmapped()
    await register(run, emptied('Q', `onError: {unknownCode: ${policy}}\n`))
    await register(run, emptied('P'))
    await retry(
      run.bench,
      (await letters(run.bench)).map(({ id }) => id),
    ).catch(() => undefined)
    await untilInForce(run.bench, run.daemon)
    expect(await letters(run.bench)).toEqual([])
    const published = await events(run.bench)
    expect(published).toHaveLength(11)
    expect(new Set(published).size).toBe(11)
  })
})
